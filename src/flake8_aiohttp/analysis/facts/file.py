"""All that a file says, for those who evaluate it."""

from __future__ import annotations

import dataclasses

from flake8_aiohttp.analysis.facts.call_graph import CallGraph, MixedCallers
from flake8_aiohttp.analysis.facts.functions import FunctionFacts
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.intent import Intent
from flake8_aiohttp.analysis.facts.may_hold import MayHold
from flake8_aiohttp.analysis.facts.module import ModuleFacts
from flake8_aiohttp.analysis.facts.retained import RetainedBodies
from flake8_aiohttp.analysis.facts.slices import Slices
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source


@dataclasses.dataclass(frozen=True, slots=True)
class FileFacts:
    """The facts of a file; each answers its questions once and remembers the answers.

    `source` has the text and its spans, `scopes` imports, functions and classes; `types` say what annotations and
    constructors say, `proofs` what use says; `may_hold` and `slices` which functions and statements are worth running;
    `calls` who calls whom, `mixed_callers` who is lent other libraries' objects too; `retained` what is read of what
    containers keep; `intent` where a mistake is meant.
    """

    source: Source
    scopes: FileScopes
    types: StaticTypes
    proofs: Proofs
    may_hold: MayHold
    slices: Slices
    module: ModuleFacts
    functions: FunctionFacts
    calls: CallGraph
    mixed_callers: MixedCallers
    retained: RetainedBodies
    intent: Intent
