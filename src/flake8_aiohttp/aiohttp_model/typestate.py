"""The life of a response, as data.

Two questions describe a response: what has become of the bytes, and does it still own a connection?
`FAULTS` says which operation goes wrong in which state, `TRANSFERS` what the others leave behind.
Both are claims about aiohttp; `tests/live/test_typestate.py` asks a running aiohttp about every cell.

Source: aiohttp's `client_reqrep.py` (`ClientResponse.read`, `text`, `json`, `release`, `close`,
`__aexit__`) and `streams.py`, the same on 3.8.6 to 3.14.5.
"""

from __future__ import annotations

import enum


class Body(enum.Enum):
    """What has become of the bytes."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    UNREAD = "unread"
    TAPPED = "tapped"  # the stream was read in part
    DRAINED = "drained"  # the stream was read to its end
    CACHED = "cached"  # read(), text() or json() kept a copy
    SPOILT = "spoilt"  # … when the stream had been read: of the rest, or of nothing
    ABSENT = "absent"  # HEAD and 204 have none


class Lease(enum.Enum):
    """Whether the response still owns its connection."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    HELD = "held"
    EXITED = "exited"  # left its `async with`
    RELEASED = "released"  # release() or close()
    ORPHANED = "orphaned"  # its session closed, the response itself was never released


class Operation(enum.Enum):
    """What a program can do to a body."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    READ = "read"  # read()
    DECODE = "decode"  # text(), json()
    TAP = "tap"  # content.read(n), readany(), readline(), readchunk() …
    DRAIN = "drain"  # content.read(), or a loop over the stream


class Fault(enum.Enum):
    """What goes wrong; known by its cause, for the model does not know the rules."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    AFTER_CONTEXT = "after its block"
    AFTER_RELEASE = "after release"
    AFTER_SESSION = "after its session"
    CONSUMED = "already consumed"

    @property
    def raises(self) -> bool:
        """Whether it always ends in ClientConnectionError; the other two may pass unnoticed."""
        return self in {Fault.AFTER_CONTEXT, Fault.AFTER_RELEASE}


ANY_BODY = frozenset(Body)
ANY_LEASE = frozenset(Lease)
ANY_READ = frozenset(Operation)
STREAM = frozenset({Operation.TAP, Operation.DRAIN})
WHOLE = frozenset({Operation.READ, Operation.DECODE})

FAULTS: tuple[tuple[frozenset[Operation], frozenset[Body], frozenset[Lease], Fault | None], ...] = (
    # operation                    body                                 lease                        goes wrong
    (ANY_READ, frozenset({Body.ABSENT}), ANY_LEASE, None),
    (frozenset({Operation.DECODE}), frozenset({Body.CACHED}), ANY_LEASE, None),
    (frozenset({Operation.DECODE}), frozenset({Body.SPOILT}), ANY_LEASE, Fault.CONSUMED),
    (ANY_READ, ANY_BODY, frozenset({Lease.EXITED}), Fault.AFTER_CONTEXT),
    (ANY_READ, ANY_BODY, frozenset({Lease.RELEASED}), Fault.AFTER_RELEASE),
    (ANY_READ, frozenset({Body.UNREAD, Body.TAPPED}), frozenset({Lease.ORPHANED}), Fault.AFTER_SESSION),
    (WHOLE, frozenset({Body.TAPPED, Body.DRAINED, Body.SPOILT}), ANY_LEASE, Fault.CONSUMED),
    (STREAM, frozenset({Body.CACHED, Body.DRAINED, Body.SPOILT}), ANY_LEASE, Fault.CONSUMED),
)

TRANSFERS: tuple[tuple[frozenset[Operation], frozenset[Body], Body], ...] = (
    # operation                    body before                       body after
    (ANY_READ, frozenset({Body.ABSENT}), Body.ABSENT),
    (STREAM, frozenset({Body.CACHED}), Body.CACHED),
    (STREAM, frozenset({Body.DRAINED}), Body.DRAINED),
    (STREAM, frozenset({Body.SPOILT}), Body.SPOILT),
    (WHOLE, frozenset({Body.TAPPED, Body.DRAINED, Body.SPOILT}), Body.SPOILT),
    (WHOLE, ANY_BODY, Body.CACHED),
    (frozenset({Operation.TAP}), ANY_BODY, Body.TAPPED),
    (frozenset({Operation.DRAIN}), ANY_BODY, Body.DRAINED),
)


def is_bodiless(status: object) -> bool:
    """Whether a reply of this status has no body: informational ones, 204, 304.

    Source: `HttpParser.feed_data` of `http_parser.py`.
    """
    return isinstance(status, int) and (status in {204, 304} or 100 <= status < 200)


def fault(operation: Operation, body: Body, lease: Lease) -> Fault | None:
    """Say what goes wrong when `operation` meets a response in this state; the first row that fits decides."""
    for operations, bodies, leases, outcome in FAULTS:
        if operation in operations and body in bodies and lease in leases:
            return outcome
    return None


def transfer(operation: Operation, body: Body) -> Body:
    """Say what has become of the bytes after `operation`."""
    return next(after for operations, bodies, after in TRANSFERS if operation in operations and body in bodies)
