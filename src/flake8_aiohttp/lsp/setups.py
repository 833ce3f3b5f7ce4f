"""How each editor starts the server: what `flake8-aiohttp server --help` prints."""

from __future__ import annotations

import textwrap

VSCODE = """\
The extension in the folder src/vscode of the repository; its README says how to build it. The Flake8
extension shows the findings, and no fixes, with these settings:

    {"flake8.importStrategy": "fromEnvironment", "flake8.severity": {"AIO": "Warning"}}
"""

NEOVIM = """\
vim.lsp.config("flake8_aiohttp", {
  cmd = { "flake8-aiohttp", "server" },
  filetypes = { "python" },
  root_markers = { ".flake8", "setup.cfg", "tox.ini", ".git" },
})
vim.lsp.enable("flake8_aiohttp")
"""

HELIX = """\
[language-server.flake8-aiohttp]
command = "flake8-aiohttp"
args = ["server"]

[[language]]
name = "python"
language-servers = ["flake8-aiohttp"]  # and those that you use beside it
"""

EMACS = """\
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("flake8-aiohttp" "server"))))
"""

ALE = """\
function! FixAiohttp(buffer) abort
  return {'command': 'flake8-aiohttp --fix --stdin-display-name %s -'}
endfunction
let g:ale_linters = {'python': ['flake8']}
let g:ale_fixers = {'python': ['FixAiohttp']}
"""

_TOLD = {
    "VS Code": VSCODE,
    "Neovim 0.11 and newer (before that, vim.lsp.start_client takes the same cmd)": NEOVIM,
    "Helix, languages.toml": HELIX,
    "Emacs with eglot, which asks one server alone; python-lsp-server has our fixes, too": EMACS,
    "PyCharm": "The plugin LSP4IJ starts any language server: add `flake8-aiohttp server`, mapped to Python.\n",
    "python-lsp-server": (
        "Its findings come from flake8: set pylsp.plugins.flake8.enabled to true. Our fixes need nothing.\n"
    ),
    "Vim with ALE, which asks flake8, and fixes with the command": ALE,
}

SETTINGS = """\
Settings come as initializationOptions, or when the server asks for them:
  select, extendSelect, ignore   lists of codes
  unsafeFixes                    whether "fix all" makes suggested fixes, too
  configurationFile              flake8's configuration, where it is not found by itself
"""

TEXT = SETTINGS + "".join(f"\n{editor}:\n\n{textwrap.indent(told, '    ')}" for editor, told in _TOLD.items())
"""All of it, as a person reads it."""
