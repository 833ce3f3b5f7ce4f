"""The only walker of trees: it watches what a program does to aiohttp's objects, and writes it down."""
