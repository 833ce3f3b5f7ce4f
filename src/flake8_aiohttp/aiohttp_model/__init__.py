"""What aiohttp is, as data: no tree is looked at here, and no rule is known."""
