"""Bytes are decoded to text and encoded again at once.

`(await response.text()).encode()` undoes its own decoding, and where the server's charset is not UTF-8, or the
body is no text at all, it changes the bytes or raises UnicodeDecodeError. `read()` gives them as they came.

Bad:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        data = (await response.text()).encode()
Good:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        data = await response.read()
Fix: safe: `await response.read()`.
Silent: transcoding: `text(encoding=…)`, `errors=…`, another target codec.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rewrite, Rule

rule = Rule("AIO303", "text-encode-roundtrip")


@rule.on(Use)
def text_encode_roundtrip(use: Use) -> Finding | None:
    """Judge a text that is encoded again."""
    if use.role is not Role.TEXT or Usage.ENCODED not in use.usages:
        return None
    message = f"`{use.text}` decodes and encodes again: other charsets and binary bodies break; "
    decoded = Usage.ATTRIBUTE in use.usages  # timid: with a codec that suits the text, not the body
    fix = None if decoded else Fix(Rewrite.DROP_ENCODE, use.span, use.sureness)
    return Finding(rule.code, use.span, message + f"write `await {use.receiver}.read()`", fix)
