"""Every bound on the work, and what is dropped where it is reached.

Each bound makes the analysis say less: what is dropped is unknown from there on, and of the unknown nothing is said.
"""

from __future__ import annotations

FEW_DISJUNCTS = 4
"""So many states at one point are told apart whatever they differ in; beyond, plain data makes no difference any more:
a place that holds different data in them is unknown."""

MOST_DISJUNCTS = 16
"""So many states at one point are told apart at all; beyond, they are one: what they differ in is unknown, and what is
forgotten counts as handed on."""

MOST_ROUNDS = 5
"""So many rounds of a loop are run; the states that would begin another one go on behind the loop instead."""

MOST_ENTRIES = 12
"""So many states in which a loop is entered are told apart, over all rounds of the loops around it; beyond, what they
hold counts as handed on, and they go on behind the loop."""

MOST_CHOICES = 32
"""So many ways through one expression are told apart; the others are not taken."""

FEW_CHOICES = 2
"""So many choices on one way through an expression are followed by the ends of a call as they are; beyond, ends that
differ in plain data alone are one: what they return, if it differs, is unknown."""

MOST_CALLS_DEEP = 5
"""So many calls are followed into each other; what a deeper one is given is handed to the unseen."""

MOST_CALLS_TOLD = 16
"""So many calls that led to where an object was made tell it from another one; beyond, it stands for several."""

MOST_SUMMARIES = 100
"""So many different inputs of one function are run; what is given to another one is handed to the unseen."""

MOST_PARTS = 64
"""So many values may be within a value, those within them included; a larger one is unknown, its parts handed on."""

MOST_READINGS_DEEP = 50
"""So many names, attributes and functions are read off one through the other; what lies behind them is unknown."""

MOST_CHARACTERS = 1_000
"""So long is a string that is put together; a longer one is unknown."""

MOST_ELEMENTS = 8
"""So many elements of a list or dict that is filled one by one are told apart; of more it holds any number of these."""

MOST_TARGETS = 16
"""So many functions of the file that one place may be are told apart; beyond, what a call of it gives goes to all."""

MOST_PLACES = 128
"""So many names and attributes of a function are known at once; beyond, the oldest is unknown, its value handed on."""

MOST_SITES = 64
"""So many responses have a known typestate at once; beyond, that of the oldest is not known any more."""

MOST_CONDITIONS = 24
"""So many conditions are known to hold at once; beyond, the oldest is forgotten."""

MOST_BRANCHES = 13
"""So many branches of the way that led to a state are remembered; a message tells of none before them."""

WORK_A_FUNCTION = 5_000
"""So much work is done from one function, that in its callees included; what comes after is not seen, and of what was
begun nothing is said. A function that so much did not suffice for is not begun again where less is left."""

WORK_A_NODE = 6
"""More work for each node of the tree that is met."""

WORK_A_FILE = 20_000
"""So much work is done in a file; the functions that come after are not run."""

WORK_WITH_CALLS = 0.75
"""When this part of a file's work is done, calls are not followed any more."""
