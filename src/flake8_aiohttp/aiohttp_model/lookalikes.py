"""Names that requests and httpx have and aiohttp lacks, with what to write instead.

Measured on aiohttp 3.14.5: each of these attributes raises AttributeError, each keyword TypeError.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Lookalike:
    """What to write instead; `rename` and `call` are empty where no plain replacement exists."""

    remedy: str
    rename: str = ""
    call: str = ""
    advice: str = "write"


ATTRIBUTES: dict[str, Lookalike] = {
    "status_code": Lookalike("`{r}.status`", rename="status"),
    "encoding": Lookalike("`{r}.get_encoding()`", call="get_encoding"),
    "apparent_encoding": Lookalike("`{r}.get_encoding()`"),
    "reason_phrase": Lookalike("`{r}.reason`"),
    "is_success": Lookalike("`{r}.ok`"),
    "is_error": Lookalike("`not {r}.ok`"),
    "is_client_error": Lookalike("`400 <= {r}.status < 500`"),
    "is_server_error": Lookalike("`{r}.status >= 500`"),
    "is_redirect": Lookalike("`{r}.status` or `{r}.history`"),
    "elapsed": Lookalike("a clock of your own, or aiohttp's tracing", advice="use"),
    "iter_content": Lookalike("`async for chunk in {r}.content.iter_chunked(n)`"),
    "iter_lines": Lookalike("`async for line in {r}.content`"),
    "iter_bytes": Lookalike("`async for chunk in {r}.content.iter_any()`"),
    "iter_text": Lookalike("`await {r}.text()`, or decode the chunks of `{r}.content`"),
    "aiter_lines": Lookalike("`async for line in {r}.content`"),
    "aiter_bytes": Lookalike("`async for chunk in {r}.content.iter_any()`"),
    "aiter_raw": Lookalike("`async for chunk in {r}.content.iter_any()`"),
    "aiter_text": Lookalike("`await {r}.text()`, or decode the chunks of `{r}.content`"),
    "aread": Lookalike("`await {r}.read()`"),
    "aclose": Lookalike("`{r}.release()`"),
    "http_version": Lookalike("`{r}.version`"),
    "num_bytes_downloaded": Lookalike("a counter of your own", advice="use"),
}

KEYWORDS: dict[str, str] = {
    "verify": "write `ssl=False`, or give an `ssl.SSLContext`",
    "cert": "load the certificate into an `ssl.SSLContext` and give that as `ssl=`",
    "stream": "leave it out: every response of aiohttp is a stream",
    "files": "write `data=` with an `aiohttp.FormData`",
    "hooks": "give the session `trace_configs=`",
    "proxies": "write `proxy=` with one URL",
    "follow_redirects": "write `allow_redirects=`",
    "content": "write `data=`",
}

BYTES_METHODS = frozenset(
    "decode find rfind split rsplit splitlines strip lstrip rstrip startswith endswith replace lower upper hex count "
    "index join partition rpartition".split()
)
"""Methods that bytes have and a StreamReader lacks: fetching one shows that `content` is taken for bytes."""

STREAM_LOOKALIKES = frozenset(name for name in ATTRIBUTES if "iter" in name) | {"text", "json", "body"}
"""Methods that bodies of other libraries have and a StreamReader lacks."""

STREAM_METHODS = frozenset("iter_any iter_chunked iter_chunks read readany readchunk readline readlines".split())
"""Methods of a stream or file, asked of a body in the belief that it is one."""

STR_METHODS = frozenset(
    "startswith endswith split rsplit splitlines replace strip lstrip rstrip find rfind index lower upper format "
    "encode count partition rpartition removeprefix removesuffix casefold title isdigit isnumeric".split()
)
"""Methods that str has and a yarl.URL lacks."""
