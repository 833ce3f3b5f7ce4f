"""What has become of a response: what decides what goes wrong with it, and its history beside that."""

from __future__ import annotations

import dataclasses
import enum

from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation, fault, transfer
from flake8_aiohttp.analysis.domain.values import Site
from flake8_aiohttp.finding import Span


class Signal(enum.Enum):
    """What in the code says that a body is binary."""

    URL = "the end of the URL"
    ACCEPT = "what the request accepts"
    BRANCH = "a test of the content type"


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """That a body is binary: `text` is what the code says (`.png`, `image/png`), a test says it on `line`."""

    signal: Signal
    text: str
    line: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class EndingCall:
    """The call that ended a lease: `method` of the response or session, or of a `receiver` with a name of its own."""

    method: str
    receiver: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """What a message tells of the way of a response, and nothing asks that decides a fault.

    Lines count from 1, and 0 is none: of where its lease ended, by a call or (None) by the end of a block, and of
    where its body was read.
    """

    ended: int = 0
    ended_by: EndingCall | None = None
    read: int = 0


_NO_HISTORY = History()


@dataclasses.dataclass(frozen=True, slots=True)
class Typestate:
    """What has become of a response: `body` is None where somebody else may have read it.

    Two that differ in their history alone are equal, and where states are joined the first one's is kept.
    """

    body: Body | None = Body.UNREAD
    lease: Lease = Lease.HELD
    session: Site | None = None
    in_block: bool = False
    evidence: Evidence | None = None
    escaped: Span | None = None  # where it left its function, too late to be read
    history: History = dataclasses.field(default=_NO_HISTORY, compare=False)

    @property
    def ended(self) -> int:
        """The line on which its lease ended."""
        return self.history.ended

    @property
    def ended_by(self) -> EndingCall | None:
        """The call that ended its lease; None for the end of a block."""
        return self.history.ended_by

    @property
    def read(self) -> int:
        """The line on which its body was read last."""
        return self.history.read

    def fault(self, operation: Operation) -> Fault | None:
        """Say what goes wrong; of an unknown body, what goes wrong whether or not it was read before."""
        if self.body is not None:
            return fault(operation, self.body, self.lease)
        if self.lease is Lease.HELD:
            return None
        faults = {fault(operation, body, self.lease) for body in (Body.UNREAD, Body.CACHED)}
        return faults.pop() if len(faults) == 1 else None

    def after(self, operation: Operation, line: int) -> Typestate:
        """Give the typestate that `operation` on this line leaves behind."""
        history = History(self.ended, self.ended_by, line)
        return dataclasses.replace(self, body=transfer(operation, self.body or Body.UNREAD), history=history)

    def ending(self, lease: Lease, line: int, by: EndingCall | None = None) -> Typestate:
        """Give the typestate after the lease ended; what is given back stays so."""
        if self.lease in {Lease.EXITED, Lease.RELEASED}:
            return self
        return dataclasses.replace(self, lease=lease, history=History(line, by, self.read))
