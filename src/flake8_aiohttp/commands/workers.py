"""Files are examined in several processes where they are many."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from flake8_aiohttp.commands.examine import Examiner, Result
from flake8_aiohttp.commands.task import Task
from flake8_aiohttp.host import Host

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

_ENOUGH_FOR_TWO = 16  # with fewer files, a second process costs more than it saves
_A_WHILE = 1.0  # seconds
_SAFE_PATH = "PYTHONSAFEPATH"


@functools.cache
def host_of(argv: tuple[str, ...]) -> Host:
    """Read the configuration once a process; a forked one inherits it."""
    return Host.of_command_line(argv)


@functools.cache
def _examiner(argv: tuple[str, ...], task: Task) -> Examiner:
    return Examiner(host_of(argv), task)


def _examine(argv: tuple[str, ...], task: Task, filename: str) -> Result:
    return _examiner(argv, task)(filename)


def forget() -> None:
    """Forget the configuration, for a process that runs the command more than once."""
    host_of.cache_clear()
    _examiner.cache_clear()


def results(argv: tuple[str, ...], task: Task, filenames: Sequence[str]) -> Iterator[Result]:
    """Examine the files, several at once where they are many."""
    _examiner(argv, task)  # what is wrong with it is said here, not in another process
    work = functools.partial(_examine, argv, task)
    jobs = min(host_of(argv).jobs, len(filenames) // (_ENOUGH_FOR_TWO // 2))
    with _pool(jobs) as pool:
        if pool is None:
            yield from map(work, filenames)
        else:
            yield from pool.map(work, filenames, chunksize=max(1, min(8, len(filenames) // jobs // 4)))


@contextlib.contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give `jobs` processes, or None where one is enough or the system has none to give.

    A Python that starts anew looks for what it imports in the current folder first, where others may have put
    something, unless a variable forbids it.
    """
    before = os.environ.get(_SAFE_PATH)
    pool = _processes(jobs) if jobs > 1 else None
    if pool is None:
        yield None
        return
    os.environ[_SAFE_PATH] = "1"
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        os.environ.pop(_SAFE_PATH)
        if before is not None:
            os.environ[_SAFE_PATH] = before


def _processes(jobs: int) -> ProcessPoolExecutor | None:
    try:
        import multiprocessing  # noqa: PLC0415  slow to import
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  not everywhere, and slow to import

        if sys.version_info < (3, 11) and multiprocessing.get_start_method() != "fork":
            return None  # it does not know the variable
        # Ctrl-C reaches the whole group of processes; this one hears it and stops the others.
        return ProcessPoolExecutor(jobs, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    except (ImportError, NotImplementedError, OSError):
        return None


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the processes at once: they only look, and a file may take them long."""
    for process in (getattr(pool, "_processes", None) or {}).values():
        process.terminate()


def with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Tell a person at a terminal how far a long run has come."""
    start, told = time.monotonic(), False
    for number, result in enumerate(results, 1):
        if number < total and sys.stderr.isatty() and time.monotonic() - start > _A_WHILE:
            told = True
            bar = ("#" * (number * 30 // total)).ljust(30, ".")
            sys.stderr.write(f"\r[{bar}] {number} of {total} files")
            sys.stderr.flush()
        yield result
    if told:
        sys.stderr.write("\r\033[K")
