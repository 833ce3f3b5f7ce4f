"""A client with a session of its own, closed by hand."""

import json
import logging

import aiohttp

log = logging.getLogger(__name__)


class WeatherError(Exception):
    pass


class Weather:
    def __init__(self, key: str) -> None:
        self.key = key
        self.session = aiohttp.ClientSession()

    async def close(self) -> None:
        await self.session.close()

    async def now(self, city: str) -> float:
        params = {"q": city, "appid": self.key}
        async with self.session.get("https://weather.example/now", params=params) as response:
            if response.status != 200:
                log.error("weather: %s", await response.text())
                raise WeatherError(response.reason)
            data = await response.json()
        return data["main"]["temp"]

    async def forecast(self, city: str) -> list[dict]:
        async with self.session.get(f"https://weather.example/forecast/{city}") as response:
            response.raise_for_status()
            raw = await response.read()
            return json.loads(raw)["list"]

    async def is_up(self) -> bool:
        response = await self.session.get("https://weather.example/health")
        up = response.status == 200
        response.release()
        return up
