"""`text()` is asked of a body that the file shows to be binary.

`text()` decodes: bytes of an image, archive or PDF raise UnicodeDecodeError, or become mojibake where the
fallback charset accepts them. `read()` gives the bytes.

Bad:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        picture = await response.text()
Good:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        picture = await response.read()
Fix: `read()`, arguments dropped: safe where the evidence is in the same function, and all that the text reaches there
    is known to take bytes (`BytesIO`, `hashlib`, a file open for bytes); else suggested. None where something takes
    text alone (a text file, `json.dumps`), and in a function of which other callers want text.
Silent: `.svg`, `text("latin-1")`, which loses no byte, error-status branches, a request's own Content-Type, an
    upload, a URL whose path goes on after the name.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.facts.consumers import Fit, ValueType
from flake8_aiohttp.analysis.journal.entries import Read, Role, Usage, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.library_model.takers import FILES
from flake8_aiohttp.rewrite import ReadBytes
from flake8_aiohttp.rules.evidence import Evidence, evidence_for

rule = Rule("AIO301", "text-on-binary")

_SINKS = {
    Usage.BINARY_FILE: "the file is a `{}`",
    Usage.BYTES_TAKER: "`{}` takes bytes",
    Usage.BYTES_FILE: "the file is open for bytes",
}
"""What takes bytes, in words: of a file its extension, or the callee."""


@rule.on(Read)
def text_on_binary(read: Read) -> list[Finding]:
    """Judge `text()` of a response whose request or branch says binary."""
    return [
        Finding(
            rule.code,
            found.span,
            f"`{read.text}` of a binary body ({found.why}): raises UnicodeDecodeError or gives mojibake; "
            f"write `{read.receiver}.read()`",
            _fix(read, found),
            found.related,
        )
        for found in evidence_for(read, "text")
    ]


def _fix(read: Read, found: Evidence) -> Fix | None:
    if found.span != read.span:  # timid: its other callers want text
        return None
    return _bytes(read, Applicability.SAFE if found.here else Applicability.SUGGESTED)


def _bytes(entry: Read | Use, sureness: Applicability) -> Fix | None:
    """Read bytes, as surely as what takes the text takes bytes."""
    fit = entry.fit(ValueType.BYTES)
    if fit > Fit.UNKNOWN:
        return None
    return Fix(ReadBytes(), entry.span, sureness if fit is Fit.TAKEN else Applicability.SUGGESTED)


@rule.on(Use)
def text_into_binary_sink(use: Use) -> Finding | None:
    """Judge a text that goes where bytes of a binary file go."""
    usage = next((each for each in _SINKS if each in use.usages), None)
    if use.role is not Role.TEXT or usage is None:
        return None
    detail = use.detail(usage, "")
    why = _SINKS[usage].format(detail)
    message = f"`text()` of a body that is used as bytes ({why}): raises TypeError or gives mojibake; "
    if not use.asynchronous or usage is Usage.BINARY_FILE:  # timid: its text mode would go, too
        return Finding(rule.code, use.span, message + "write `read()`, and open the file for bytes")
    write = "give it `io.BytesIO` of `read()`" if detail in FILES else "write `read()`"
    return Finding(rule.code, use.span, message + write, _bytes(use, use.sureness))
