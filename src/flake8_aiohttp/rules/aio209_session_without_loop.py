"""A session, connector or cookie jar is made where no event loop can run: at module level, as a default value.

They look for the running loop when they are made. While a module is imported there is none: RuntimeError "no running
event loop" since aiohttp 3.10. Older versions take a loop that may not be the one that runs later.

Bad:
    # module
    session = aiohttp.ClientSession()
Good:
    async with aiohttp.ClientSession() as session:
        print(session)
Fix: none: where the session is to be made depends on the program.
Silent: notebooks, where a loop runs; a `loop=` or a connector that is given; behind `except RuntimeError`.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.calls import Call
from flake8_aiohttp.finding import Finding, Rule

rule = Rule("AIO209", "session-without-loop")

_NEEDS_LOOP = frozenset({"ClientSession", "TCPConnector", "UnixConnector", "CookieJar"})


@rule.on(Call)
def session_without_loop(call: Call) -> Finding | None:
    """Judge where a call stands."""
    if call.loopless is None or call.callee not in _NEEDS_LOOP or not call.exact or call.given("loop") is not None:
        return None
    connector = call.given("connector")
    if connector is not None and (connector.literal is None or connector.literal.type != "None"):
        return None  # it has found a loop already, or is what is reported
    where = f"`{call.text}` {call.loopless.value}: no event loop runs there (RuntimeError since aiohttp 3.10)"
    return Finding(rule.code, call.span, f"{where}; make it in a coroutine")
