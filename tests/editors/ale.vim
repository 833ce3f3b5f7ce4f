" Shows what ALE shows, fixes with ALE, saves. Run it with ALE on the runtime path:
"
"   vim -N -u vimrc -es -S ale.vim weather.py
"
" `vimrc` is what `flake8-aiohttp server --help` tells.
function! s:Say(line) abort
  call writefile([a:line], '/dev/stdout', 'a')
endfunction

function! s:WaitFor(count) abort
  for l:turn in range(400)
    if len(filter(ale#engine#GetLoclist(bufnr('')), 'v:val.code =~# "^AIO"')) == a:count
      return
    endif
    sleep 50m
  endfor
  call s:Say('gave up waiting for ' . a:count)
  cquit
endfunction

call ale#Queue(0)
call s:WaitFor(3)
call s:Say('shown:')
for s:each in ale#engine#GetLoclist(bufnr(''))
  call s:Say('  ' . s:each.lnum . ':' . s:each.col . ' ' . s:each.code . ' ' . s:each.text)
endfor
ALEFix
for s:turn in range(400)
  if getbufvar(bufnr(''), '&modified')
    break
  endif
  sleep 50m
endfor
write
call ale#Queue(0)
call s:WaitFor(1)
call s:Say('saved:')
for s:line in readfile(expand('%:p'))
  call s:Say('  ' . s:line)
endfor
qall!
