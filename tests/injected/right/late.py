"""Blocks whose last statement reads."""

import aiohttp


async def title(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        response.raise_for_status()
        page = await response.text()
    return page.partition("<title>")[2].partition("</title>")[0]


async def names(url: str) -> list[str]:
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"all": True}) as response:
            people = await response.json()
    found = [each["name"] for each in people]
    return sorted(found)


async def icon(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        if response.status == 404:
            return b""
        return await response.read()


async def token(session: aiohttp.ClientSession, url: str) -> str:
    async with session.post(url, data={"grant": "code"}) as response:
        body = await response.json()
    if "token" not in body:
        raise KeyError("token")
    return body["token"]
