"""The plugin itself failed on this file.

No file may end a flake8 run, so an exception inside the plugin becomes one finding at the top of the file. It
names the function and the exception; the findings of other plugins stay. Please report it with the file.

Bad:
Good:
Fix: none.
Silent: always, unless there is a bug in the plugin.
"""

from __future__ import annotations

from flake8_aiohttp.finding import Rule

rule = Rule("AIO000", "plugin-failure")
