"""The formatters of our own, as flake8 finds them.

flake8 imports this module in every run, of every project that it is installed for. So nothing is imported here, and
nothing of flake8's internals is needed, until somebody asks for one of the formatters.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from flake8.formatting.base import BaseFormatter


def diff(options: argparse.Namespace) -> BaseFormatter:
    """Make the formatter that prints a patch of the fixes: `--format=aiohttp-diff`."""
    try:
        from flake8_aiohttp.outputs.formatters import DiffFormatter  # noqa: PLC0415  see the module's docstring
    except ImportError as error:
        return _instead(options, error)
    return DiffFormatter(options)


def framed(options: argparse.Namespace) -> BaseFormatter:
    """Make the formatter that shows findings in their source: `--format=aiohttp-framed`."""
    try:
        from flake8_aiohttp.outputs.formatters import FramedFormatter  # noqa: PLC0415  see the module's docstring
    except ImportError as error:
        return _instead(options, error)
    return FramedFormatter(options)


def _instead(options: argparse.Namespace, error: ImportError) -> BaseFormatter:
    """Make flake8's default formatter where ours cannot work, and say why."""
    from flake8.formatting.default import Default  # noqa: PLC0415  see the module's docstring

    sys.stderr.write(f"flake8-aiohttp: --format={options.format} cannot work with this flake8: {error}\n")
    options.format = "default"
    return Default(options)
