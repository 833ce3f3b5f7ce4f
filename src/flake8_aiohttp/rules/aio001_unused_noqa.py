"""A `# noqa` comment names a code that is not found on its line.

The mistake has gone, or the code was another one: the comment tells the next reader of a danger that is not there,
and will hide the mistake if it comes back. It is reported when you ask for it, by `flake8-aiohttp --unused-noqa`, and
not by flake8. Comments with codes of other tools, and those without a code, are left alone.

Bad:
Good:
Fix: the code goes, and the comment with it if it names no other; `flake8-aiohttp --unused-noqa --fix` does it.
Silent: for codes that are off until they are selected (AIO9), unless they are.
"""

from __future__ import annotations

from flake8_aiohttp.finding import Rule

rule = Rule("AIO001", "unused-noqa")
