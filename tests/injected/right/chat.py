"""A WebSocket, and a session that is made where it is needed."""

import aiohttp


async def shout(url: str, words: list[str]) -> list[str]:
    heard = []
    session = aiohttp.ClientSession()
    try:
        ws = await session.ws_connect(url)
        for word in words:
            await ws.send_str(word.upper())
            heard.append(await ws.receive_str())
        await ws.send_json({"op": "bye"})
        await ws.close()
    finally:
        await session.close()
    return heard


async def echo(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            await ws.send_bytes(b"hello")
            async for message in ws:
                print(message.data)


async def redirected(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        if "login" in str(response.url):
            return str(response.url).partition("?")[0]
        return await response.text()
