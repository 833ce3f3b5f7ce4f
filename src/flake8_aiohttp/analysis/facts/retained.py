"""Whether a file reads the bodies of what it keeps: in attributes, lists, dicts, queues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_aiohttp.analysis.facts.call_graph import CallGraph, is_within
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.python.definitions import Function


class RetainedBodies:
    """Answers for each name what the file does with the responses that are kept there."""

    def __init__(self, trees: Trees, graph: CallGraph) -> None:
        self._trees = trees
        self._graph = graph
        self._answers: dict[object, bool] = {}

    def reads(self, attribute: str, leaver: Function | None) -> bool:
        """Whether the file reads the body of what some object holds in `attribute`.

        What `leaver` reads itself, or by what it calls, it reads in the response's block.
        """
        if (attribute, leaver) not in self._answers:
            readers: Iterable[Scope]
            readers = [*self._trees.saying(attribute), None] if leaver is None else self._others(attribute, leaver)
            found = any(attribute in self._trees.of(reader).bodies_read for reader in readers)
            self._answers[attribute, leaver] = found
        return self._answers[attribute, leaver]

    def _others(self, attribute: str, leaver: Function) -> Iterator[Scope]:
        """Give the functions that say `attribute`, but `leaver`, those that it calls, and those around it."""
        for function in self._trees.saying(attribute):
            called = any(is_within(scope, leaver) for _, scope in self._graph.calls_of(function.name))
            if not called and not is_within(leaver, function):
                yield function

    def takes_out(self, container: str) -> bool:
        """Whether the file reads the body of what it takes out of a list, dict or queue of this name."""
        if container not in self._answers:
            readers = [*self._trees.saying(container), None]
            found = any(container in self._trees.of(reader).bodies_taken_out for reader in readers)
            self._answers[container] = found
        return self._answers[container]
