"""The language server: `flake8-aiohttp server`, from the bytes of its messages to its answers; needs no library.

A message comes by `connection.py` (JSON-RPC) to `server.py`, which hands it to a handler in `notifications.py` (what
the editor tells) or `requests.py` (what it asks). Handlers share a `conversation.py`: the `session.py` with what is
open (`documents.py`) and found, and the question about the whole workspace (`pulling.py`). `client.py` is what the
editor says of itself and what its user has set; `answers.py` says findings and actions in the protocol's words;
`setups.py` tells people how editors start the server. CONTRIBUTING.md says why no library does this.
"""
