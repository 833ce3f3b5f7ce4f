"""Bodies that are decoded and encoded again, and whether that changes a byte."""

from __future__ import annotations

import ast
import codecs
import dataclasses

from flake8_aiohttp.analysis.domain.values import AbstractObject
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.python.source import walk

_ONE_TO_ONE = ("ascii", "cp125", "koi8-", "utf-8")
_MARKED = "utf-8-sig"
_UTF8 = repr("utf-8")


@dataclasses.dataclass(frozen=True, slots=True)
class DecodedAgain:
    """`(await r.text()).encode("utf-8").decode("utf-8")`: the call of `encode`, and that of `text`."""

    encode: ast.Call
    read: ast.expr


def gives_the_bytes(machine: Machine, encode: ast.Call, read: ast.expr) -> bool:
    """Whether `(await READ).encode(…)` gives the body as it came, or raises.

    It does where both use one codec, and one that maps bytes to characters one to one. The text of any other body
    may be encoded anew on purpose: a page in windows-1251 becomes UTF-8.
    """
    if not isinstance(read, ast.Call) or not isinstance(read.func, ast.Attribute):
        return False
    target, source = _codec(encode, otherwise=_UTF8), _codec(read, otherwise="")
    if target is None or source is None:
        return False
    if source:
        return _is_one_codec(source, target)
    response = read.func.value
    own = f"{ast.unparse(response)}.get_encoding()"
    return target == own or (_is_one_codec(target, _UTF8) and _is_own_server(machine, response))


def decoded_again(node: ast.Call) -> DecodedAgain | None:
    """Give what is made of a text that is encoded to UTF-8 and decoded at once by `node`."""
    match node.func:
        case ast.Attribute(
            value=ast.Call(func=ast.Attribute(value=ast.Await(value=ast.Call() as read), attr="encode")) as encode,
            attr="decode",
        ):
            both = [_codec(encode, otherwise=_UTF8), _codec(node, otherwise=_UTF8)]
            is_utf8 = all(name is not None and _is_one_codec(name, _UTF8) for name in both)
            return DecodedAgain(encode, read) if is_utf8 else None
        case _:
            return None


def _codec(call: ast.Call, *, otherwise: str) -> str | None:
    """Give the source of the codec that a call names; None where it is told how to treat errors, too."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "encoding")]
    if len(given) != len(call.args) + len(call.keywords) or len(given) > 1:
        return None
    return ast.unparse(given[0]) if given else otherwise


def _is_one_codec(one: str, other: str) -> bool:
    """Whether two literals name one codec, which never changes a byte on the way there and back."""
    try:
        names = {codecs.lookup(ast.literal_eval(each)).name for each in (one, other)}
    except (LookupError, SyntaxError, TypeError, ValueError):
        return False
    return len(names) == 1 and names.isdisjoint({_MARKED}) and names.pop().startswith(_ONE_TO_ONE)


def _is_own_server(machine: Machine, response: ast.expr) -> bool:
    """Whether a response comes from a server of aiohttp's in the same test, which writes UTF-8 unless told."""
    with machine.unrecorded():
        value = machine.evaluate(response)
    made = machine.journal.allocations.made.get(value.site.span) if isinstance(value, AbstractObject) else None
    if made is None or not made.certain or not made.served:
        return False
    return not any(isinstance(node, ast.keyword) and node.arg == "charset" for node in walk(machine.facts.source.tree))
