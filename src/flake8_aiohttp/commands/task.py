"""What is asked of a run."""

from __future__ import annotations

import dataclasses
import enum


class Mode(enum.Enum):
    """What to do with a finding."""

    REPORT = "report"
    DIFF = "diff"
    FIX = "fix"
    SILENCE = "add-noqa"


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """What is asked for.

    `unsafe` lets suggested fixes through; `brief` counts what is left after fixing, and does not show it; `output` is
    the name of one of our formats; `unused` asks for `# noqa` comments that silence nothing. With a `baseline`, the
    name of a file, what stands in it is no news; `record` writes it anew.
    """

    mode: Mode = Mode.REPORT
    unsafe: bool = False
    brief: bool = False
    output: str | None = None
    unused: bool = False
    baseline: str | None = None
    record: bool = False

    @property
    def shows_remedies(self) -> bool:
        """Whether the fixes of what is told have to be worked out."""
        return self.output in {"full", "json", "json-lines", "sarif"}
