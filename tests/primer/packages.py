"""The packages of the primer: which they are, how they are fetched, what of them is read."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("packages.csv")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flake8-aiohttp" / "primer"


class UnreachableError(Exception):
    """A package could not be fetched; the text is pip's reason."""


class Package(NamedTuple):
    """A published archive, known by its hash."""

    name: str
    version: str
    file: str
    sha256: str

    @property
    def label(self) -> str:
        """The name that the verdicts use."""
        return f"{self.name}-{self.version}"


def packages() -> list[Package]:
    """Give the list, in its order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return [Package(**row) for row in csv.DictReader(file)]


def fetch(package: Package, cache: Path) -> Path:
    """Give the package's archive, from `cache` or through pip; raises UnreachableError."""
    archive = cache / package.file
    if not archive.exists():
        _download(package, cache)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        raise ValueError(f"{archive} is not the file that {LIST.name} names; delete it")
    return archive


def _download(package: Package, cache: Path) -> None:
    """Let pip fetch the file; told a hash, it takes no other, and builds nothing before it has checked."""
    form = "--only-binary" if package.file.endswith(".whl") else "--no-binary"
    options = f"--quiet --no-deps --ignore-requires-python --retries=1 --timeout=15 {form}=:all:".split()
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "requirement.txt")
        wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options,
            f"--dest={cache}",
            f"--requirement={wanted}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnreachableError(f"pip cannot fetch {package.label}: {done.stderr.strip()[-300:]}")


def sources(archive: Path) -> Iterator[tuple[str, str]]:
    """Give path and text of each Python file that says `aiohttp`; nothing is unpacked to disk."""
    for path, data in _members(archive):
        if path.endswith(".py") and b"aiohttp" in data:
            yield path, data.decode("utf-8", "replace")


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            yield from ((path, wheel.read(path)) for path in wheel.namelist())
    else:
        with tarfile.open(archive) as sdist:
            yield from ((each.name, file.read()) for each in sdist if (file := sdist.extractfile(each)))
