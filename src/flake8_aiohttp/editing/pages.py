"""The text of a rule as Markdown, for whoever points at its code."""

from __future__ import annotations

from flake8_aiohttp.finding import sections
from flake8_aiohttp.rules import rules


def page(code: str) -> str:
    """Give the text of a rule; empty for a code that is none."""
    rule = next((each for each in rules() if each.code == code), None)
    if rule is None:
        return ""
    parts = sections(rule.documentation)
    told = [f"**{rule.code}** {rule.name}", parts["What"], parts["Why"]]
    told += [f"{title}:\n```python\n{parts[title]}\n```" for title in ("Bad", "Good") if parts.get(title)]
    told += [f"*{title}:* {_flowing(parts[title])}" for title in ("Fix", "Silent") if parts.get(title)]
    return "\n\n".join(filter(None, told))


def _flowing(text: str) -> str:
    return " ".join(text.split())
