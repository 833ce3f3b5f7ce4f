"""What a user can set: sessions and responses of their own.

flake8 imports this in every run, and a dataclass takes a millisecond to make.
"""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
    """The plugin's options.

    `session_factories` and `response_types` are dotted names (`mylib.http.get_session`), `opt_in` the
    prefixes, longer than `AIO`, that the user selected.
    """

    session_factories: frozenset[str] = frozenset()
    response_types: frozenset[str] = frozenset()
    opt_in: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """Words of which a file must say one, beside `aiohttp`, to be looked at."""
        return frozenset(name.rpartition(".")[2] for name in self.session_factories | self.response_types)


DEFAULT = Options()
