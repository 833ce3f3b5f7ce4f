"""Files that are saved as they come."""

import asyncio
import hashlib
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout

TIMEOUT = ClientTimeout(total=60)


async def save(session: ClientSession, url: str, path: Path) -> int:
    size = 0
    async with session.get(url, timeout=TIMEOUT) as resp:
        resp.raise_for_status()
        with path.open("wb") as out:
            async for chunk in resp.content.iter_chunked(65536):
                size += out.write(chunk)
    return size


async def digest(session: ClientSession, url: str) -> str:
    async with session.get(url) as resp:
        if resp.status >= 400:
            raise RuntimeError(f"{url}: {resp.status} {await resp.text()}")
        return hashlib.sha256(await resp.read()).hexdigest()


async def lines(session: ClientSession, url: str) -> list[bytes]:
    found = []
    async with session.get(url) as resp:
        async for line in resp.content:
            found.append(line.rstrip())
    return found


async def main(urls: list[str]) -> None:
    async with ClientSession() as session:
        done = await asyncio.gather(*(digest(session, url) for url in urls))
    print(*done, sep="\n")
