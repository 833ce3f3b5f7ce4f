"""The flake8 door.

flake8 makes one `Plugin` a file and asks it to `run`. What is imported here is imported in every run and every
worker, so the analysis is imported only for a file that speaks of aiohttp. An exception that gets out of a plugin
ends the whole run (flake8 7.5), hence AIO000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flake8_aiohttp import __version__
from flake8_aiohttp.options import DEFAULT, Options

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager

    from flake8_aiohttp.finding import Finding


class Plugin:
    """Reports misuse of aiohttp in one file."""

    name = "flake8-aiohttp"
    version = __version__
    options: ClassVar[Options] = DEFAULT

    def __init__(self, tree: ast.Module, lines: Sequence[str]) -> None:
        self._tree = tree
        self._lines = lines

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Declare the options, and keep the opt-in codes out of the default selection."""
        for option, about, example in (
            ("session-factories", "functions and classes that give an aiohttp session", "get_session"),
            ("response-types", "classes that are used as an aiohttp response", "Reply"),
        ):
            manager.add_option(
                f"--aiohttp-{option}",
                default="",
                comma_separated_list=True,
                parse_from_config=True,
                help=f"Dotted names of {about}, e.g. mylib.http.{example}",
                metavar="names",
            )
        manager.extend_default_ignore(["AIO9"])

    @classmethod
    def parse_options(cls, manager: OptionManager, options: argparse.Namespace, _args: list[str]) -> None:
        """Read the options; a malformed dotted name ends the run with a clear error."""
        cls.options = chosen(options)
        _insist_on_dotted(manager, options.aiohttp_session_factories, "--aiohttp-session-factories")
        _insist_on_dotted(manager, options.aiohttp_response_types, "--aiohttp-response-types")

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Give the findings as flake8 wants them: line from 1, column from 0, code and text."""
        text = "".join(self._lines)
        if "aiohttp" not in text and not any(word in text for word in self.options.words):
            return
        for line, column, message in self._told():
            yield line, column, message, Plugin

    def _told(self) -> list[tuple[int, int, str]]:
        try:
            return [
                (finding.span.line, finding.span.column, f"{finding.code} {finding.message}")
                for finding in self._findings()
                if not finding.code.startswith("AIO9") or finding.code.startswith(self.options.opt_in or ("-",))
            ]
        except Exception as exception:  # noqa: BLE001  whatever it is, the run goes on
            return [(1, 0, f"AIO000 {failure(exception)}")]

    def _findings(self) -> list[Finding]:
        from flake8_aiohttp.check import check_source  # noqa: PLC0415  see the module's docstring
        from flake8_aiohttp.python.source import Source  # noqa: PLC0415

        return check_source(Source(self._lines, self._tree), self.options)


def chosen(options: argparse.Namespace) -> Options:
    """Pick our options out of flake8's."""
    return Options(
        frozenset(options.aiohttp_session_factories),
        frozenset(options.aiohttp_response_types),
        tuple(prefix for prefix in _selected(options) if prefix.startswith("AIO9")),
    )


def failure(exception: Exception) -> str:
    """Say in one line that, where and how this package failed."""
    said = " ".join(f"{type(exception).__name__}: {exception}".split()).rstrip(":")
    return f"flake8-aiohttp failed on this file ({_where(exception)}): {said}; please report it"


def _where(exception: Exception) -> str:
    """Give the innermost place in this package that an exception came through."""
    import traceback  # noqa: PLC0415  see the module's docstring

    trace = traceback.extract_tb(exception.__traceback__)
    package = __name__.partition(".")[0]
    place = next((frame for frame in reversed(trace) if f"/{package}/" in frame.filename.replace("\\", "/")), trace[-1])
    return f"{place.filename.rpartition(package)[2].lstrip('/')}:{place.lineno} in {place.name}"


def _insist_on_dotted(manager: OptionManager, names: list[str], option: str) -> None:
    for name in names:
        if "." not in name or not all(part.isidentifier() for part in name.split(".")):
            manager.parser.error(f"{option}: {name!r} is no dotted name such as mylib.http.get_session")


def _selected(options: argparse.Namespace) -> list[str]:
    return [prefix for name in ("select", "extend_select") for prefix in getattr(options, name, None) or ()]
