"""Asks a live aiohttp what a program does: with every combination of its flags, on small and large bodies."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import warnings
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from tests.live.server import serve

from .marking import Program
from .observation import Body, Observation, Run, Setting
from .record import Outcome, Reading, Record
from .watching import recording, watched

PATIENCE = 4.0
MOST_STEPS = 16


class Oracle:
    """Runs programs in this event loop, against one server."""

    def __init__(self, root: str, session: aiohttp.ClientSession) -> None:
        self.root, self.session = root, session

    async def observe(self, text: str) -> Observation:
        """Run a program in every setting that is worth it."""
        program = Program(text)
        return Observation([await self.run(program, setting) for setting in program.settings()])

    async def explain(self, text: str, line: int) -> str:
        """Say in which other world a read of this line fails, if in any.

        "shadowed": it would, had an earlier failure not ended the run; "by luck": it would, had it been
        slower; "on an exception": it would, had the network failed in one of its steps.
        """
        program = Program(text)
        settings = [setting for setting in program.settings() if setting.body is Body.LARGE]
        for change, name in (({"keep_going": True}, "shadowed"), ({"delayed": True}, "by luck")):
            for setting in settings:
                if (await self.run(program, dataclasses.replace(setting, **change))).fails(line):
                    return name
        async for run in self.broken_runs(program):
            if run.fails(line):
                return "on an exception"
        return ""

    async def ends_on_an_exception(self, text: str, line: int) -> bool:
        """Whether what this line made is closed, or its body read, when the network fails in some step."""
        return any([run.unclosed.get(line) is False async for run in self.broken_runs(Program(text))])

    async def broken_runs(self, program: Program) -> AsyncIterator[Run]:
        """Let the network fail in one step after the other, where the program can answer to that."""
        if not any(word in program.text for word in ("except", "suppress", "finally")):
            return
        for setting in program.settings():
            for step in range(1, MOST_STEPS if setting.body is Body.LARGE else 0):
                run = await self.run(program, dataclasses.replace(setting, break_at=step))
                yield run
                if run.steps < step:
                    break

    async def run(self, program: Program, setting: Setting) -> Run:
        """Run a program once."""
        record = Record(
            large=setting.body is Body.LARGE,
            dropped=setting.body is Body.DROPPED,
            keep_going=setting.keep_going,
            delayed=setting.delayed,
            break_at=setting.break_at,
        )
        program.record = record
        before = asyncio.all_tasks()
        with recording(record):
            record.main = asyncio.create_task(self._main(program, setting, record))
            done, _ = await asyncio.wait({record.main}, timeout=PATIENCE)
            ending = _ending(record.main) if done else "TimeoutError()"
            await asyncio.sleep(0)  # a task that was started last has not run yet
            clean = not ending and setting.body in {Body.SMALL, Body.LARGE}
            record.conclude(clean=clean, hung=not done)
        unclosed = _unclosed(record) if setting.body is Body.LARGE else {}
        await _tidy(record, asyncio.all_tasks() - before)
        return Run(setting, record.readings, frozenset(record.reached), record.steps, ending, unclosed)

    async def _main(self, program: Program, setting: Setting, record: Record) -> None:
        result = await program.function(self.session, self.root + setting.body.value, *setting.flags)
        await _receive(result, record)


async def _receive(result: object, record: Record) -> None:
    """Do what the caller of a program would: await what it gives, read the response that it gives.

    A response whose block ended unread is nothing to give. Of others nobody knows what the caller wants.
    """
    if inspect.isawaitable(result):
        record.awaited.add(result)
        result = await result
    seen = record.of(result)
    if seen is None:
        return
    reading = Reading("returned", tuple(reversed(seen.left)), seen, seen.ended)
    record.readings.append(reading)
    reading.called = reading.started = True
    touched = seen.cached or seen.drained or seen.tapped
    if seen.ended != "block" or touched:
        reading.settle(Outcome.UNJUDGED, "up to the caller")
        return
    try:
        await seen.response.text()
    except aiohttp.ClientError as error:
        record.failed(reading, error)


def _ending(task: asyncio.Task[None]) -> str:
    if task.cancelled():
        return "CancelledError()"
    error = task.exception()
    return "" if error is None else repr(error)


def _unclosed(record: Record) -> dict[int, bool]:
    """Say which sessions a run left open, and which responses that it neither handed on nor read."""
    found = {line: not session.closed for line, session in record.sessions}
    for seen in record.responses:
        if not seen.handed_on:
            found[seen.line] = found.get(seen.line, False) or seen.lost
    return found


async def _tidy(record: Record, tasks: set[asyncio.Task[Any]]) -> None:
    """Close what the program left open, so that the next run starts afresh."""
    for seen in record.responses:
        seen.response.close()
    for _, session in record.sessions:
        await session.close()
    mine = [task for task in tasks if task.get_coro().__qualname__.startswith(("Record.", "_tracing", "Oracle."))]
    for task in mine:
        task.cancel()
    await asyncio.gather(*mine, return_exceptions=True)
    for coroutine in record.coroutines:
        coroutine.close()


@contextlib.asynccontextmanager
async def oracle() -> AsyncIterator[Oracle]:
    """Start a server, put the stand-ins in place, and give an oracle."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE / 2)
    with warnings.catch_warnings(), watched():
        warnings.simplefilter("ignore")
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with serve() as root, aiohttp.ClientSession(timeout=timeout) as session:
            yield Oracle(root, session)
