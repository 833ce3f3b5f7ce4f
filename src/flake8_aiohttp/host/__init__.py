"""flake8 as the user has set it up: options, files, what is selected and silenced, how it is printed.

The one package that touches flake8's internals. They have been the same from flake8 6.0 to 7.5;
`tests/test_host.py` holds them to it. Our check runs alone: no other plugin is loaded, be it one that the
configuration of a linted project names.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import multiprocessing
from collections.abc import Iterator, Sequence
from functools import cached_property

import flake8
from flake8.checker import FileChecker
from flake8.formatting.base import BaseFormatter
from flake8.plugins.finder import Checkers
from flake8.plugins.reporter import make as make_formatter
from flake8.processor import FileProcessor
from flake8.style_guide import Decision, DecisionEngine, StyleGuideManager
from flake8.utils import stdin_get_value
from flake8.violation import Violation

from flake8_aiohttp.finding import Finding, Related, Span
from flake8_aiohttp.host import settings
from flake8_aiohttp.host.discovery import STDIN, Discovery
from flake8_aiohttp.host.page import Page
from flake8_aiohttp.host.printing import Complaint, Printer
from flake8_aiohttp.host.settings import ConfigurationError, Settings
from flake8_aiohttp.plugin import chosen, failure
from flake8_aiohttp.rules import codes

__all__ = ["LEFT_OUT", "PREFIX", "STDIN", "VERSION", "Complaint", "ConfigurationError", "Host", "Page", "Printer"]
PREFIX = "AIO"
VERSION = flake8.__version__
LEFT_OUT = "flake8's `select` or `ignore` leaves out AIO; add it, or use `extend-select = AIO`"


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


class _Collector(logging.Handler):
    """Keeps warnings, each on one line."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append(" ".join(record.getMessage().split()))


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what flake8 has against the configuration without ending the run."""
    log, collector = logging.getLogger("flake8.options.config"), _Collector()
    log.addHandler(collector)
    try:
        yield collector.warnings
    finally:
        log.removeHandler(collector)


_NO_MISTAKE_IN_CELLS = frozenset({"AIO209"})
"""Rules about the top level of a file: that of a notebook is run where an event loop runs."""


class Host:
    """flake8 with the user's options; `remarks` is what it minds about them.

    Our own options are read from those given, not from the plugin, which knows only the last ones: an
    editor may look at projects with a configuration each.
    """

    def __init__(self, options: argparse.Namespace, settings: Settings | None = None) -> None:
        self.options = options
        self.remarks: list[str] = []
        self._settings = settings or Settings(options, {}, chooses_format=True, selects=False)
        self._ours = chosen(options)
        self._last: tuple[Page, FileProcessor] | None = None

    @classmethod
    def of_command_line(cls, argv: Sequence[str]) -> Host:
        """Read the command line and the configuration; raises ConfigurationError or, as flake8 does, SystemExit."""
        read = settings.read(argv)
        return cls(read.options, read)

    @classmethod
    def of_current_folder(cls, options: Sequence[str] = ()) -> Host:
        """Read the configuration and some `options`; where flake8 would end the program, raise ConfigurationError."""
        with contextlib.redirect_stderr(io.StringIO()) as said, _warnings() as remarks:
            try:
                host = cls.of_command_line(options)
            except SystemExit as error:
                raise ConfigurationError(said.getvalue().strip().rpartition("error: ")[2]) from error
        host.remarks = remarks + [LEFT_OUT] * host.leaves_us_out
        return host

    @property
    def leaves_us_out(self) -> bool:
        """Whether the user's `select` and `ignore` can let none of our findings through."""
        decide = DecisionEngine(self.options).decision_for
        return not any(
            decide(code) is Decision.Selected for code in codes() if not code.startswith("AIO00") and self._is_on(code)
        )

    @property
    def selects_on_the_command_line(self) -> bool:
        """Whether the command line says which codes are wanted, so that what is left out is left out on purpose."""
        return self._settings.selects

    @property
    def chooses_format(self) -> bool:
        """Whether the user asked for a format of flake8's, be it the default."""
        return self._settings.chooses_format

    def _is_on(self, code: str) -> bool:
        return not code.startswith("AIO9") or code.startswith(self._ours.opt_in)

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
        """Give the files to look at, standard input under its sign."""
        return self._discovery.files()

    def files_under(self, folder: str) -> list[str]:
        """Give the files of a folder that a run would look at."""
        return Discovery(argparse.Namespace(**{**vars(self.options), "filenames": [folder]})).files()

    def is_excluded(self, name: str) -> bool:
        """Say whether a path, or a folder that it stands in, is excluded."""
        return self._discovery.is_excluded(name)

    @cached_property
    def _discovery(self) -> Discovery:
        return Discovery(self.options)

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
        silent = _NO_MISTAKE_IN_CELLS if page.name.endswith(".ipynb") else ()
        return [each for each in found if self._is_on(each.code) and each.code not in silent]

    def known_on(self, page: Page, line: int) -> list[Related]:
        """Give what is known to be aiohttp's on a line, and why; raises what `findings` raises."""
        from flake8_aiohttp.analysis.driver import known_on  # noqa: PLC0415  as above
        from flake8_aiohttp.python.source import Source  # noqa: PLC0415  as above

        known = known_on(Source.parse(page.text, page.name), self._ours, line)
        return [Related(each.span, str(each)) for each in known]

    def reported(self, page: Page, findings: Sequence[Finding]) -> list[Finding]:
        """Give the findings that the user's configuration and the `# noqa` comments let through."""
        return [finding for finding, _ in self.kept(page, findings)]

    def kept(self, page: Page, findings: Sequence[Finding]) -> list[tuple[Finding, str | None]]:
        """Give those findings, each with the line in which flake8 looks for a noqa comment."""
        if not findings:
            return []
        if "noqa" not in page.text.lower() and not self.options.show_source:  # flake8 takes its time to find the lines
            lines = [*page.lines, ""]
            told = ((each, lines[min(each.span.line, len(lines)) - 1]) for each in findings)
            return [(each, line) for each, line in told if self._lets_through(page, each, line)]
        if self._last is None or self._last[0] != page:
            self._last = page, FileProcessor(page.name, self.options, lines=list(page.lines))
        processor = self._last[1]
        if processor.should_ignore_file():
            return []
        lines_of = ((each, processor.noqa_line_for(each.span.line)) for each in findings)
        return [(each, line) for each, line in lines_of if self._lets_through(page, each, line)]

    def _lets_through(self, page: Page, finding: Finding, line: str | None) -> bool:
        place = finding.span
        return self.lets_through(page.name, (finding.code, place.line, place.column, finding.message, line))

    def lets_through(self, name: str, complaint: Complaint) -> bool:
        """Say whether flake8 would print a complaint about a file."""
        code, line, column, text, noqa_line = complaint
        return bool(self._mute.handle_error(code, name, line, column, text, noqa_line))

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

    def printing(self) -> Printer:
        """Open the formatter that the user has chosen, or flake8's default."""
        options = argparse.Namespace(**vars(self.options))
        if options.output_file and options.color == "auto":
            options.color = "never"  # flake8 asks whether stdout is a terminal, wherever it writes
        return Printer(options, make_formatter(self._settings.reporters, options))

    def stdin_text(self) -> str:
        """Give what flake8 has read from standard input; it does not keep the bytes."""
        return stdin_get_value()
