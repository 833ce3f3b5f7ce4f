"""flake8's options as the command line and the configuration set them, read without loading any plugin but ours.

flake8 imports whatever a configuration names under `[flake8:local-plugins]`. A folder that somebody else wrote must not
run code because it was opened or linted, so this module does what `flake8.options.parse_args` does, with our plugin
alone: options of other plugins in a configuration are passed over, and so are `require-plugins` and
`enable-extensions`.
"""

from __future__ import annotations

import argparse
import configparser
import dataclasses
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import flake8
from flake8.exceptions import ExecutionError
from flake8.formatting.base import BaseFormatter
from flake8.formatting.default import Default, FilenameOnly, Nothing, Pylint
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.aggregator import aggregate_options
from flake8.options.config import load_config
from flake8.options.manager import OptionManager
from flake8.plugins.finder import Checkers, LoadedPlugin, Plugins
from flake8.plugins.finder import Plugin as Declared

from flake8_aiohttp import __version__
from flake8_aiohttp.plugin import Plugin

if sys.version_info < (3, 11):
    import tomli as tomllib
else:
    import tomllib

ConfigurationError = ExecutionError
PYPROJECT = "pyproject.toml"
_PACKAGE = "flake8-aiohttp"
_FORMATTERS: dict[str, Callable[..., BaseFormatter]] = {
    "default": Default,
    "pylint": Pylint,
    "quiet-filename": FilenameOnly,
    "quiet-nothing": Nothing,
}
_OURS = {"aiohttp-diff": "flake8_aiohttp.reporting:diff", "aiohttp-framed": "flake8_aiohttp.reporting:framed"}
_FLAKE8S_OWN = ["C90", "E", "F", "W"]  # what its own plugins select: E902 and E999 are among them
_OF_FLAKE8S_OWN = ("--builtins", "--doctests", "--exclude-from-doctest", "--include-in-doctest", "--max-complexity")
_SWITCHES = {"--doctests"}
_WITHOUT_EFFECT = {
    "benchmark",
    "bug_report",
    "enable_extensions",
    "hang_closing",
    "indent_size",
    "max_doc_length",
    "max_line_length",
    "require_plugins",
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the user has set.

    `chooses_format` says whether a format was asked for, be it flake8's default; `selects` whether the command
    line, not only a configuration, says which codes are wanted.
    """

    options: argparse.Namespace
    reporters: dict[str, LoadedPlugin]
    chooses_format: bool
    selects: bool


def read(argv: Sequence[str]) -> Settings:
    """Read the command line and the configuration of the current folder.

    Raises ConfigurationError where the configuration is wrong, SystemExit where the command line is, as flake8 does.
    """
    early, rest = stage1_arg_parser().parse_known_args(argv)
    given = _given(argv)
    if early.output_file:
        rest += ["--output-file", early.output_file]
    flake8.configure_logging(early.verbose, early.output_file)
    reporters = _reporters(given.format)
    try:
        config, folder = _configuration(early, given.toml_config)
        manager = _manager(reporters)
        options = aggregate_options(manager, config, folder, rest)
        Plugin.parse_options(manager, options, options.filenames)
    except (ValueError, configparser.Error) as error:  # so flake8 says that a code in the configuration is none
        raise ConfigurationError(str(error)) from error
    chooses = given.format is not None or config.has_option("flake8", "format")
    if options.format not in reporters and "%" not in options.format:
        options.format, chooses = "default", False  # it is the formatter of a plugin that is not loaded
    return Settings(options, reporters, chooses, bool(given.select or given.extend_select))


def _given(argv: Sequence[str]) -> argparse.Namespace:
    """Give what stands on the command line itself, of the options for which that makes a difference."""
    parser = argparse.ArgumentParser(prog=_PACKAGE, add_help=False)
    for option in ("--extend-select", "--format", "--select", "--toml-config"):
        parser.add_argument(option)
    return parser.parse_known_args(argv)[0]


def _configuration(early: argparse.Namespace, toml: str | None) -> tuple[configparser.RawConfigParser, str]:
    """Give the configuration, and the folder from which its paths are meant.

    As with Flake8-pyproject, `[tool.flake8]` in the `pyproject.toml` of the current folder goes before the other
    files; but not before one that is named on the command line.
    """
    config, folder = load_config(early.config, early.append_config, isolated=early.isolated)
    path = Path(toml or PYPROJECT)
    if toml and not path.is_file():
        raise ConfigurationError(f"The specified config file does not exist: {toml}")
    named_another = early.isolated or early.config or early.append_config
    section = _section(path) if toml or (path.is_file() and not named_another) else None
    if section is None:
        return config, folder
    config = configparser.RawConfigParser()
    config["flake8"] = {}
    for name, value in section.items():
        config.set("flake8", name, str(value) if isinstance(value, (bool, int, float)) else value)  # type: ignore[arg-type]
    return config, str(path.resolve().parent)


def _section(path: Path) -> dict[str, object] | None:
    """Give what a TOML file says of flake8; None where it does not."""
    data = path.read_bytes()
    if b"flake8" not in data:
        return None
    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    section = tool.get("flake8") if isinstance(tool, dict) else None
    return section if isinstance(section, dict) else None


def _reporters(named: str | None) -> dict[str, LoadedPlugin]:
    """Give flake8's formatters and ours; of those that other packages brought, the one named on the command line."""
    ours = {name: EntryPoint(name, value, "flake8.report").load() for name, value in _OURS.items()}
    reporters = {name: _loaded("flake8.report", name, each) for name, each in {**_FORMATTERS, **ours}.items()}
    if named and named not in reporters:
        for entry in entry_points(group="flake8.report", name=named):
            reporters[named] = _loaded("flake8.report", named, entry.load())
    return reporters


def _loaded(group: str, name: str, obj: Callable[..., object]) -> LoadedPlugin:
    return LoadedPlugin(Declared(_PACKAGE, __version__, EntryPoint(name, "", group)), obj, {})


def options_of_flake8() -> argparse.ArgumentParser:
    """Give the parser of flake8's options, as far as they do anything here."""
    return _manager(_reporters(None)).parser


def _manager(reporters: dict[str, LoadedPlugin]) -> OptionManager:
    """Declare the options; those that do nothing here are taken, and not listed."""
    manager = OptionManager(
        version=flake8.__version__,
        plugin_versions=f"{_PACKAGE}: {__version__}",
        parents=[stage1_arg_parser()],
        formatter_names=list(reporters),
    )
    manager.parser.prog = _PACKAGE
    register_default_options(manager)
    ours = Checkers([_loaded("flake8.extension", "AIO", Plugin)], [], [])
    manager.register_plugins(Plugins(ours, reporters, []))
    manager.extend_default_select(_FLAKE8S_OWN)
    manager.add_option("--toml-config", metavar="FILE", help="Read `[tool.flake8]` of this file")
    for option in _OF_FLAKE8S_OWN:
        manager.add_option(option, action="store_true" if option in _SWITCHES else "store")
    for action in manager.parser._actions:  # noqa: SLF001  argparse has no other way to change its mind
        if action.dest in _WITHOUT_EFFECT or {*action.option_strings} & {*_OF_FLAKE8S_OWN}:
            action.help = argparse.SUPPRESS
    return manager
