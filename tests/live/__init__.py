"""Tests that ask a running aiohttp whether what this project says of it is true."""
