"""What a file says as Python, before aiohttp is thought of."""
