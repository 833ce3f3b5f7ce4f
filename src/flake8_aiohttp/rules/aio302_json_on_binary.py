"""`json()` is asked of a body that the file shows to be binary.

`json()` looks at the content type first and raises ContentTypeError where it is no JSON.

Bad:
    # url: /report.pdf
    async with session.get(root + "/report.pdf") as response:
        report = await response.json()
Good:
    # url: /report.pdf
    async with session.get(root + "/report.pdf") as response:
        report = await response.read()
Fix: none: what was meant is the author's to say.
Silent: `json(content_type=…)`, with which the author answers for the type, or `**options`; error-status branches.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Finding, Rule
from flake8_aiohttp.rules.evidence import evidence_for

rule = Rule("AIO302", "json-on-binary")


@rule.on(Read)
def json_on_binary(read: Read) -> list[Finding]:
    """Judge `json()` of a response whose request or branch says binary."""
    return [
        Finding(
            rule.code,
            found.span,
            f"`{read.text}` of a binary body ({found.why}): raises ContentTypeError",
            related=found.related,
        )
        for found in evidence_for(read, "json")
    ]
