"""What evaluation may ask of the file and of the run."""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter

from flake8_aiohttp.analysis.domain.summary import Summary
from flake8_aiohttp.analysis.domain.values import Value
from flake8_aiohttp.analysis.facts.call_graph import CallGraph, MixedCallers
from flake8_aiohttp.analysis.facts.functions import FunctionFacts
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.intent import Intent
from flake8_aiohttp.analysis.facts.may_hold import MayHold
from flake8_aiohttp.analysis.facts.module import ModuleFacts
from flake8_aiohttp.analysis.facts.retained import RetainedBodies
from flake8_aiohttp.analysis.facts.slices import Slices
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.journal.allocations import Allocations
from flake8_aiohttp.analysis.journal.calls import NotedCalls
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.analysis.journal.recorder import Recorder
from flake8_aiohttp.analysis.journal.sightings import Sightings
from flake8_aiohttp.analysis.machine.budget import Budget
from flake8_aiohttp.python.scopes import FileScopes, Function
from flake8_aiohttp.python.source import Source


@dataclasses.dataclass(frozen=True, slots=True)
class Services:
    """Built once a file by the driver; nothing in it is replaced later.

    Of the file: `source` (text and spans), `scopes` (imports, functions, classes), `types` (what annotations and
    constructors say), `proofs` (what use says), `may_hold` and `slices` (what is worth running), `module`, `functions`,
    `calls`, `mixed_callers`, `retained`, `intent`, `identifiers`. Of the run: `recorder`, the only writer of the
    journal, `allocations`, `noted_calls` and `sightings` beside it, `summaries` by function and abstract arguments,
    `closures` (what names around a nested function hold), `inputs` (how many summaries a function has), `lessons` (what
    a test that came out true or false says of a body) and `budget`.
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
    identifiers: Identifiers
    provenance: Provenance
    recorder: Recorder
    budget: Budget
    allocations: Allocations = dataclasses.field(default_factory=Allocations)
    noted_calls: NotedCalls = dataclasses.field(default_factory=NotedCalls)
    sightings: Sightings = dataclasses.field(default_factory=Sightings)
    summaries: dict[object, Summary] = dataclasses.field(default_factory=dict)
    inputs: Counter[Function] = dataclasses.field(default_factory=Counter)
    lessons: dict[tuple[ast.expr, bool], tuple[ast.expr, str] | None] = dataclasses.field(default_factory=dict)
    closures: dict[ast.AST, dict[str, Value]] = dataclasses.field(default_factory=dict)
