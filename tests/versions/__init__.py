"""What the versions of aiohttp take, have and lack: `python -m tests.versions` writes it down for the model."""
