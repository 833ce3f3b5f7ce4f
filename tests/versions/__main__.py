"""Writes `aiohttp_model/versions.json` anew, from aiohttp itself: `python -m tests.versions CHECKOUT`.

Each version is installed into an environment of its own, which is thrown away afterwards. CHECKOUT is a folder with the
development branch of aiohttp. With pyenv, let it find the Pythons that old versions need:
`PYENV_VERSION=3.13:3.12:3.11:3.8:3.7:3.6 python -m tests.versions CHECKOUT`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import flake8_aiohttp
from tests.versions import collect
from tests.versions.table import table

TABLE = Path(flake8_aiohttp.__file__).parent / "aiohttp_model" / "versions.json"
SUPPORTED = {
    "3.8": "python3.11",
    "3.9": "python3.12",
    "3.10": "python3.12",
    "3.11": "python3.12",
    "3.12": "python3.13",
    "3.13": "python3.13",
    "3.14": "python3.13",
}
OLD = {"0.22": "python3.6", "1.3": "python3.6", "2.3": "python3.6", "3.0": "python3.6", "3.4": "python3.7"}
OLD_NEEDS = [  # the newest that old Pythons take
    "attrs<22.2",
    "chardet<4",
    "idna-ssl",
    "multidict<5",
    "typing-extensions<4.2",
    "yarl<1.6",
    "async-timeout<4",
]
EXPORTS = """
import importlib, json, pkgutil, aiohttp
found = {}
for each in [None] + [each[1] for each in pkgutil.iter_modules(aiohttp.__path__)]:
    module = "aiohttp" + ("." + each if each else "")
    try:
        names = set(getattr(importlib.import_module(module), "__all__", ()))
    except Exception:
        continue
    if each is None:
        names.update(one[1] for one in pkgutil.iter_modules(aiohttp.__path__))
    found[module] = sorted(name for name in names if not name.startswith("_"))
print(json.dumps(found))
"""
"""A program that even the oldest Python runs."""


def ask(python: str, packages: list[str], program: list[str]) -> dict[str, Any]:
    """Run a program in a new environment that has some packages; it prints JSON."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        inside = f"{folder}/bin/python"
        environment = {**os.environ, "AIOHTTP_NO_EXTENSIONS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        subprocess.run([inside, "-m", "pip", "install", "-q", *packages], check=True, env=environment)
        printed = subprocess.run([inside, *program], check=True, capture_output=True, text=True, cwd=folder).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def main(checkout: str) -> None:
    """Ask all versions, and write the table."""
    before = {v: ask(python, [f"aiohttp=={v}.*", *OLD_NEEDS], ["-c", EXPORTS]) for v, python in OLD.items()}
    program = [str(Path(collect.__file__))]
    columns = {version: ask(python, [f"aiohttp=={version}.*"], program) for version, python in SUPPORTED.items()}
    columns["4.0-dev"] = ask(sys.executable, [checkout], program)
    TABLE.write_text(table(columns, before), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
