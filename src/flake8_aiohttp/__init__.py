"""flake8-aiohttp: finds the mistakes that make aiohttp return an empty reply."""

__version__ = "0.1.0"
