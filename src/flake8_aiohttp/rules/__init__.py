"""The rules, one module each; a module is found by its name, `aioNNN_name.py`.

A rule takes entries of the analysis's journal and gives findings: see `Rule` in `finding.py`. What several rules say
is put into words in `messages.py`, why a body is binary in `evidence.py`. CONTRIBUTING.md tells how to add one.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil

from flake8_aiohttp.finding import Rule


@functools.cache
def _names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name.startswith("aio"))


def codes() -> list[str]:
    """Give the codes of all rules, in order, without importing the rules."""
    return [name.partition("_")[0].upper() for name in _names()]


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Give all rules, by code."""
    found = []
    for name in _names():
        module = importlib.import_module(f"{__name__}.{name}")
        module.rule.documentation = module.__doc__ or ""
        found.append(module.rule)
    return tuple(found)
