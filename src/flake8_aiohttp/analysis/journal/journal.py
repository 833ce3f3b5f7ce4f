"""What a run writes."""

from __future__ import annotations

import dataclasses

from flake8_aiohttp.analysis.journal.allocations import Allocations
from flake8_aiohttp.analysis.journal.calls import NotedCalls
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.analysis.journal.recorder import Recorder
from flake8_aiohttp.analysis.journal.sightings import SeenAwaits, SeenGenerators, SeenStored, Sightings


@dataclasses.dataclass(frozen=True, slots=True)
class Journal:
    """`recorder` writes the entries; the others keep what an entry needs that is seen before it is written."""

    recorder: Recorder
    provenance: Provenance
    allocations: Allocations
    sightings: Sightings
    generators: SeenGenerators = dataclasses.field(default_factory=SeenGenerators)
    awaits: SeenAwaits = dataclasses.field(default_factory=SeenAwaits)
    stored: SeenStored = dataclasses.field(default_factory=SeenStored)
    noted_calls: NotedCalls = dataclasses.field(default_factory=NotedCalls)
