"""The rules, one module each; a module is found by its name, `aioNNN_name.py`."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from flake8_aiohttp.finding import Rule


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Give all rules, by code."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name.startswith("aio"))
    found = []
    for name in names:
        module = importlib.import_module(f"{__name__}.{name}")
        module.rule.documentation = module.__doc__ or ""
        found.append(module.rule)
    return tuple(found)
