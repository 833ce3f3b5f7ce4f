"""flake8 as the user has set it up: options, files, what is selected and silenced, how it is printed.

The one module that touches flake8's internals. They have been the same from flake8 6.0 to 7.5;
`tests/test_host.py` holds them to it. Running our check alone, without flake8's other plugins, saves
most of a run's time.
"""

from __future__ import annotations

import argparse
import configparser
import contextlib
import dataclasses
import io
import logging
import multiprocessing
import os
import sys
import tokenize
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import PurePath

import flake8
from flake8.checker import FileChecker
from flake8.discover_files import expand_paths
from flake8.exceptions import ExecutionError
from flake8.formatting.base import BaseFormatter
from flake8.main.options import stage1_arg_parser
from flake8.options.config import load_config
from flake8.options.parse_args import parse_args
from flake8.plugins.finder import Checkers, LoadedPlugin
from flake8.plugins.reporter import make as make_formatter
from flake8.processor import FileProcessor
from flake8.style_guide import StyleGuideManager
from flake8.utils import matches_filename, stdin_get_value
from flake8.violation import Violation

from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.plugin import chosen, failure

PREFIX = "AIO"
STDIN = "-"
VERSION = flake8.__version__
LEFT_OUT = "flake8's `select` leaves out AIO; add it, or use `extend-select`"
ConfigurationError = ExecutionError

# Code, line, column from 0, text, and the line in which flake8 looks for a noqa comment.
Complaint = tuple[str, int, int, str, "str | None"]

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Page:
    """A file as flake8 reads it: `name` is what it prints, and each line ends in a line feed alone.

    A byte order mark is gone, even one that was read as latin-1.
    """

    name: str
    lines: list[str]

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return "".join(self.lines)

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> Page:
        """Decode as flake8 does; what does not follow its encoding is read as latin-1."""
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
        except (LookupError, SyntaxError, UnicodeError):
            text = io.TextIOWrapper(io.BytesIO(data), "latin-1").read()
        return cls.of_text(name, text)

    @classmethod
    def of_text(cls, name: str, text: str) -> Page:
        """Split a text that is decoded already."""
        plain = text.removeprefix("\ufeff").removeprefix("ï»¿")
        return cls(name, io.StringIO(plain, newline=None).readlines())


class _Mute(BaseFormatter):
    """Takes violations without a word: we only ask whether there would be one."""

    def handle(self, error: Violation) -> None:
        pass


class _Parser(FileChecker):
    """Says of a file that does not parse what flake8 says: E999 or E902."""

    def __init__(self, page: Page, options: argparse.Namespace) -> None:
        self._page = page
        super().__init__(filename=page.name, plugins=Checkers([], [], []), options=options)

    def _make_processor(self) -> FileProcessor:
        return FileProcessor(self._page.name, self.options, lines=list(self._page.lines))


class _Ear(logging.Handler):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(" ".join(record.getMessage().split()))


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what flake8 has against the configuration without ending the run."""
    log, ear = logging.getLogger("flake8.options.config"), _Ear()
    log.addHandler(ear)
    try:
        yield ear.heard
    finally:
        log.removeHandler(ear)


class Host:
    """flake8 with the user's options; `reporters` are the formatters that it knows, `remarks` what it minds.

    Our own options are read from those given, not from the plugin, which knows only the last ones: an
    editor may look at projects with a configuration each.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        reporters: dict[str, LoadedPlugin] | None = None,
        argv: Sequence[str] = (),
    ) -> None:
        self.options = options
        self._argv = argv
        self.remarks: list[str] = []
        self._ours = chosen(options)
        self._reporters = reporters or {}
        self._last: tuple[Page, FileProcessor] | None = None

    @classmethod
    def of_command_line(cls, argv: Sequence[str]) -> Host:
        """Read the command line and the configuration."""
        try:
            plugins, options = parse_args(list(argv))
        except (ValueError, configparser.Error) as error:  # so flake8 says that a code in the configuration is none
            raise ConfigurationError(str(error)) from error
        return cls(options, plugins.reporters, argv)

    @classmethod
    def of_current_folder(cls) -> Host:
        """Read the configuration alone; where flake8 would end the program, raise ConfigurationError."""
        with contextlib.redirect_stderr(io.StringIO()) as said, _warnings() as remarks:
            try:
                host = cls.of_command_line([])
            except SystemExit as error:
                raise ConfigurationError(said.getvalue().strip().rpartition("error: ")[2]) from error
        host.remarks = remarks + [LEFT_OUT] * host.leaves_us_out
        return host

    @property
    def leaves_us_out(self) -> bool:
        """Whether the user's `select` can let none of our findings through."""
        if self.options.select is None:
            return False
        chosen = [*self.options.select, *(self.options.extend_select or ())]
        return not any(each.startswith(PREFIX) or PREFIX.startswith(each) for each in chosen)

    @property
    def jobs(self) -> int:
        """How many files may be looked at at once."""
        jobs = self.options.jobs
        return multiprocessing.cpu_count() if jobs.is_auto else max(jobs.n_jobs, 1)

    @property
    def reads_stdin(self) -> bool:
        """Whether the text comes from standard input."""
        return STDIN in self.options.filenames

    def files(self) -> list[str]:
        """Give the files to look at, sorted as flake8 sorts them.

        Unlike flake8 we leave out what stands under an excluded folder even if it is named:
        pre-commit and editors name every file.
        """
        named = [each for each in self.options.filenames if each == STDIN or not self.is_excluded(each)]
        if not named and self.options.filenames:
            return []
        found = expand_paths(
            paths=[each for each in named if each != STDIN],
            stdin_display_name=self.options.stdin_display_name,
            filename_patterns=self.options.filename,
            exclude=self._excluded,
        )
        return [STDIN] if named == [STDIN] else sorted(found) + [STDIN] * (STDIN in named)

    @property
    def _excluded(self) -> tuple[str, ...]:
        return (*self.options.exclude, *self.options.extend_exclude)

    def is_excluded(self, name: str) -> bool:
        """Say whether a path, or a folder that it stands in, is excluded."""
        path = PurePath(os.path.relpath(name))
        if ".." in path.parts:
            path = PurePath(os.path.abspath(name))  # noqa: PTH100  `resolve` would follow links
        message = '"%(path)s" has %(whether)sbeen excluded'
        around = [each for each in (path, *path.parents) if each.name]
        return any(matches_filename(str(each), self._excluded, message, _LOG) for each in around)

    def name_of(self, filename: str) -> str:
        """Give the name that is printed for a file."""
        return str(self.options.stdin_display_name) if filename == STDIN else filename

    def findings(self, page: Page) -> list[Finding]:
        """Give all findings of a file; raises SyntaxError or ValueError where it is no Python."""
        options = self._ours
        if not any(word in page.text for word in ("aiohttp", *options.words)):
            return []
        from flake8_aiohttp.check import check  # noqa: PLC0415  most files need no analysis

        try:
            found = check(page.text, page.name, options)
        except (SyntaxError, ValueError):
            raise
        except Exception as error:  # noqa: BLE001  the other files go on
            return [Finding("AIO000", Span(1, 0, 1, 0), failure(error))]
        return [each for each in found if not each.code.startswith("AIO9") or each.code.startswith(options.opt_in)]

    def reported(self, page: Page, findings: Sequence[Finding]) -> list[Finding]:
        """Give the findings that the user's configuration and the `# noqa` comments let through."""
        if "noqa" not in page.text.lower():  # flake8 takes its time to find the comments
            return [finding for finding in findings if self._lets_through(page, finding, "")]
        return [finding for finding, _ in self._kept(page, findings)]

    def complaints(self, page: Page, findings: Sequence[Finding]) -> list[Complaint]:
        """Give those findings as flake8 prints them."""
        return [
            (each.code, each.span.line, each.span.column, each.message, line)
            for each, line in self._kept(page, findings)
        ]

    def _kept(self, page: Page, findings: Sequence[Finding]) -> Iterator[tuple[Finding, str | None]]:
        if not findings:
            return
        if self._last is None or self._last[0] != page:
            self._last = page, FileProcessor(page.name, self.options, lines=list(page.lines))
        processor = self._last[1]
        if processor.should_ignore_file():
            return
        for each in findings:
            line = processor.noqa_line_for(each.span.line)
            if self._lets_through(page, each, line):
                yield each, line

    def _lets_through(self, page: Page, finding: Finding, line: str | None) -> bool:
        """Say whether flake8 would report a finding, in whose physical line a noqa comment may stand."""
        place = finding.span
        return bool(self._mute.handle_error(finding.code, page.name, place.line, place.column, finding.message, line))

    @cached_property
    def _mute(self) -> StyleGuideManager:
        return StyleGuideManager(self.options, _Mute(self.options))

    def syntax_complaints(self, page: Page) -> list[Complaint]:
        """Say what flake8 says of a file that does not parse."""
        try:
            _, results, _ = _Parser(page, self.options).run_checks()
        except (SystemError, ValueError):  # flake8 stumbles over NUL on Python 3.10 and 3.13.0
            return [("E999", 1, 0, "SyntaxError: source code string cannot contain null bytes", None)]
        return [each for each in results if each[0] in {"E902", "E999"}]

    def printing(self, otherwise: str = "default") -> Printer:
        """Open the formatter that the user has chosen; where that is none, the one called `otherwise`."""
        options = argparse.Namespace(**vars(self.options))
        if not self._chooses_format:
            options.format = otherwise
        return Printer(options, make_formatter(self._reporters, options))

    @property
    def _chooses_format(self) -> bool:
        """Whether the user asked for a format, be it flake8's default."""
        if self.options.format != "default" or any(each.startswith("--format") for each in self._argv):
            return True
        early, _ = stage1_arg_parser().parse_known_args(self._argv)
        config, _ = load_config(early.config, early.append_config, isolated=early.isolated)
        return config.has_option("flake8", "format")

    def stdin_text(self) -> str:
        """Give what flake8 has read from standard input; it does not keep the bytes."""
        return stdin_get_value()


def unreadable(error: OSError) -> Complaint:
    """Say what flake8 says of a file that cannot be read."""
    return "E902", 0, 0, f"{type(error).__name__}: {error}", None


class Printer:
    """The user's formatter at work, and the count of what it printed."""

    def __init__(self, options: argparse.Namespace, formatter: BaseFormatter) -> None:
        self._options = options
        self._formatter = formatter
        self._guide = StyleGuideManager(options, formatter)
        self.count = 0

    def know(self, name: str, data: bytes) -> None:
        """Tell a formatter of ours what a file holds, so that it need not read it again."""
        known = getattr(self._formatter, "known", None)
        if known is not None:
            known[name] = data

    @contextlib.contextmanager
    def started(self) -> Iterator[Printer]:
        """Print between the formatter's start and stop, and the statistics and the count at the end."""
        self._formatter.start()
        yield self
        if self._options.statistics:
            self._formatter.show_statistics(self._guide.stats)
        self._formatter.stop()
        if self._options.count:
            sys.stdout.write(f"{self.count}\n")

    def show(self, name: str, complaints: Sequence[Complaint]) -> None:
        """Print what is wrong with one file."""
        with self._guide.processing_file(name):
            for code, line, column, text, physical in sorted(complaints, key=lambda each: each[1:3]):
                self.count += self._guide.handle_error(code, name, line, column, text, physical)
