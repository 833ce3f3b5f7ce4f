-- Drives the language server as a person does, and prints what there is to see. Neovim 0.7 and newer.
--
--   nvim --headless -u NONE -i NONE -n -c "luafile neovim.lua" weather.py

local SECONDS = 20000
local client = vim.lsp.start_client({
  name = "flake8-aiohttp",
  cmd = { "flake8-aiohttp", "server" },
  root_dir = vim.fn.getcwd(),
})

local function say(...)
  io.stdout:write(string.format(...) .. "\n")
end

local function give_up(what)
  say("gave up waiting for %s", what)
  vim.cmd("cquit 1")
end

local function wait_for(count)
  local there = function() return #vim.diagnostic.get(0) == count end
  if not vim.wait(SECONDS, there, 20) then
    give_up(count .. " diagnostics, and there are " .. #vim.diagnostic.get(0))
  end
end

local function actions(context)
  local params = vim.lsp.util.make_range_params()
  params.context = context
  local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, SECONDS) or give_up("code actions")
  return answers[client].result or {}
end

local function apply(action)
  say("  apply: %s", action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
end

vim.lsp.buf_attach_client(0, client)
wait_for(3)
say("shown:")
for _, each in ipairs(vim.diagnostic.get(0)) do
  say("  %d:%d-%d %s %s: %s", each.lnum + 1, each.col + 1, each.end_col, each.source, each.code, each.message)
  for _, related in ipairs(each.user_data.lsp.relatedInformation or {}) do
    say("    %d: %s", related.location.range.start.line + 1, related.message)
  end
end

local first = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
local hover = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(), SECONDS)
say("hover: %s", vim.split(hover[client].result.contents.value, "\n")[1])

say("offered:")
local offered = actions({ diagnostics = {} })
for _, each in ipairs(offered) do
  say("  %s [%s]%s", each.title, each.kind, each.isPreferred and " preferred" or "")
end
apply(offered[1])
wait_for(2)
apply(actions({ diagnostics = {}, only = { "source.fixAll" } })[1])
wait_for(1)
local last = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { last.lnum + 1, last.col })
for _, each in ipairs(actions({ diagnostics = {}, only = { "quickfix" } })) do
  if each.title:find("disable") then apply(each) end
end
wait_for(0)
vim.cmd("write")
say("saved:")
for _, line in ipairs(vim.fn.readfile(vim.fn.expand("%:p"))) do
  say("  %s", line)
end
vim.lsp.stop_client(client)
vim.cmd("quitall")
