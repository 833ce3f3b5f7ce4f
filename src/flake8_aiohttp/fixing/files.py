"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path


class FileChangedError(OSError):
    """The file is no longer what was read."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Put `new` in the place of `old`; raises OSError and leaves the file alone where that cannot be.

    The new bytes are written beside the file and moved over it, so that whoever looks, and whatever
    happens, sees the old file or the new one. Mode and, where possible, owner stay; a symbolic link
    goes on pointing to the file.
    """
    target = Path(path).resolve(strict=True)
    status = target.stat()
    # Moving a file over another asks the folder for permission, not the file.
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise PermissionError(13, "The file is read-only", path)
    if target.read_bytes() != old:
        raise FileChangedError(0, "The file has changed since it was read", path)
    # The name is known before the file is made: an interruption at any point finds it and takes it away.
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with open(beside, "xb", opener=_open_privately) as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        _keep_owner_and_mode(beside, status)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_owner_and_mode(path: Path, status: os.stat_result) -> None:
    # Only root may give a file away, and Windows has no owners.
    with contextlib.suppress(OSError, AttributeError):
        os.chown(path, status.st_uid, status.st_gid)
    path.chmod(stat.S_IMODE(status.st_mode))
