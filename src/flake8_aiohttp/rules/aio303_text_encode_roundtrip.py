"""Bytes are decoded to text and encoded again by the same codec.

`(await response.text()).encode(response.get_encoding())` undoes its own decoding: what comes out is the body as it
came, unless the body is no text in that charset, and then it raises UnicodeDecodeError. `read()` gives the bytes.

Bad:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        data = (await response.text()).encode(response.get_encoding())
Good:
    # url: /image/png
    async with session.get(root + "/image/png") as response:
        data = await response.read()
Fix: suggested: `await response.read()`, or `await response.text()` where the bytes are decoded again.
Silent: all that may encode anew on purpose: `(await response.text()).encode()` makes UTF-8 of a page in another
    charset; another target codec, `errors=…`.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import DropEncode

rule = Rule("AIO303", "text-encode-roundtrip")


@rule.on(Use)
def text_encode_roundtrip(use: Use) -> Finding | None:
    """Judge a text that is encoded again."""
    if use.role is not Role.TEXT or Usage.ENCODED not in use.usages:
        return None
    if Usage.DECODED in use.usages:
        message = f"`{use.text}` is decoded again: both undo each other; write `await {use.receiver}.text()`"
    else:
        message = (
            f"`{use.text}` decodes and encodes by one codec: gives the bytes as they came, "
            f"or raises UnicodeDecodeError; write `await {use.receiver}.read()`"
        )
    return Finding(rule.code, use.span, message, Fix(DropEncode(), use.span, Applicability.SUGGESTED))
