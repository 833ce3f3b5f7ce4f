"""What a program does with aiohttp's objects, found by abstract interpretation of its syntax tree.

`driver.analyse` takes a source and gives journal entries; rules judge those. The packages, each of which imports
itself and those before it:

    domain        abstract values, abstract states, path conditions, limits; no tree is walked, no file is known
    facts         what the file says without being run: types, entry points, origins by use, who may hold what
    journal       the entries that rules judge, their one writer, and where the steps of a story stand
    machine       control flow, the budget, invocations, and the protocol by which evaluators speak to the run
    literals      what an argument is, read off the code: literals, and what flows from them to a call
    transfer      what operations do to values and states: members, reads, requests, containers, tests, exceptions
    interpreter   Python: statements, expressions, calls, contexts, loops, generators, summaries
    driver        which functions are run, and in what order

Words, as the field uses them:

    abstract value     what a variable may hold: an AbstractObject of aiohttp's, a coroutine, a list, or None: unknown
    allocation site    the expression that made an object (Site), with the calls that led there
    summary object     one site that stands for many objects: the elements of a list
    typestate          what has become of a response: of its bytes (Body), and of its connection (Lease)
    abstract state     one way in which the program may stand here: store, typestates, path conditions (AbstractState)
    store              access paths (`r`, `self.session`) and the values that they hold
    disjunct           one of several states that are kept apart at one point of the program
    join, widening     making one state of several alike, or of too many: what they disagree on is not known any more
    completion         how a statement ends: normally, or by break, continue, return, throw; each with its states
    escape             a response leaves its function, or is handed to what cannot be seen
    havoc              to drop what was known, since something unseen may have changed it
    summary            how a call of a function of this file can end, worked out once for each abstract input
    explicit path      one that the code shows; another is led to by an exception alone that any statement may raise
    reaching state     a state that came to a read, with what goes wrong there
    invocation         one call of a function, with the calls that led to it and what it was given
    deed               what a function does with what it comes by: it acts on it, serves its callers, hands it on
    provenance         why something is known, and where the steps of a finding's story stand
    budget             how much work a file may cost; what was not finished by then is silent

A program, followed to its end:

    async def show(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(url) as response:
            status = response.status
        print(status, await response.text())

`facts.types` knows `session` by its annotation. `transfer.requests` makes Site(2:15) for the response, body UNREAD and
lease HELD; `interpreter.with_blocks` binds `response` to it and, where the block is left, lets the lease be EXITED.
`transfer.bodies` looks the read up in the model's table: the row (ANY_READ, ANY_BODY, EXITED) says AFTER_CONTEXT. The
recorder writes a Read with one reaching state, and `rules/aio201_read_after_context.py` makes a finding of it.
"""
