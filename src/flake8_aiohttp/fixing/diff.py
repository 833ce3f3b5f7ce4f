"""Unified diffs that `git apply` and `patch` take, in the bytes of the file."""

from __future__ import annotations

import difflib
import os
import re

_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_SPECIAL = re.compile(rb'["\\\x00-\x1f\x7f]')


def unified(path: str, old: bytes, new: bytes, base: str = os.curdir) -> bytes:
    """Give the diff of one file, named from the folder `base` on; empty where nothing changes."""
    # A line ends at `\n` for git, and nowhere else: the `\r` of CRLF belongs to the line.
    before, after = _LINE.findall(old), _LINE.findall(new)
    name = _relative(path, base)
    old_name, new_name = _header(b"a/" + name), _header(b"b/" + name)
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, old_name, new_name)
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _relative(path: str, base: str) -> bytes:
    """Give the path from a folder on, as git writes it."""
    return os.fsencode(os.path.relpath(path, base).replace(os.sep, "/"))


def _header(name: bytes) -> bytes:
    """Write a file's name as git does: in quotes if it must be, and with a tab after it if it has a blank."""
    if _SPECIAL.search(name):
        return b'"' + _SPECIAL.sub(lambda match: b"\\%03o" % match[0][0], name) + b'"'
    return name + b"\t" if b" " in name else name
