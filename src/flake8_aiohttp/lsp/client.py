"""What an editor says of itself, and what its user has set."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from flake8_aiohttp.lsp.connection import Json

SOURCE = "flake8-aiohttp"
_ENCODINGS = ("utf-8", "utf-16", "utf-32")
_CODES = {"select": "--select", "extendSelect": "--extend-select", "ignore": "--extend-ignore"}


def _said(capabilities: Json, path: str) -> object:
    """Give what stands at a dotted path; None where nothing does."""
    found: object = capabilities
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


@dataclasses.dataclass(frozen=True)
class Client:
    """What a client understands: how it counts columns, and what it takes beside the bare minimum."""

    encoding: str = "utf-16"
    takes_related: bool = False
    takes_links: bool = False
    takes_versions: bool = False
    resolves_edits: bool = False
    asks_for_diagnostics: bool = False
    is_told_to_ask: bool = False
    watches_files: bool = False
    has_settings: bool = False

    @classmethod
    def of_capabilities(cls, capabilities: Json) -> Client:
        """Read what the client says of itself; of the encodings that it offers, the first is the one it likes best."""

        def can(path: str) -> bool:
            return bool(_said(capabilities, path))

        offered = _listed(_said(capabilities, "general.positionEncodings"))
        resolved = _listed(_said(capabilities, "textDocument.codeAction.resolveSupport.properties"))
        shown = "textDocument.publishDiagnostics"
        return cls(
            next((each for each in offered if each in _ENCODINGS), "utf-16"),
            takes_related=can(f"{shown}.relatedInformation") or can("textDocument.diagnostic.relatedInformation"),
            takes_links=can(f"{shown}.codeDescriptionSupport") or can("textDocument.diagnostic.codeDescriptionSupport"),
            takes_versions=can("workspace.workspaceEdit.documentChanges"),
            resolves_edits="edit" in resolved,
            asks_for_diagnostics=_said(capabilities, "textDocument.diagnostic") is not None,
            is_told_to_ask=can("workspace.diagnostics.refreshSupport"),
            watches_files=can("workspace.didChangeWatchedFiles.dynamicRegistration"),
            has_settings=can("workspace.configuration"),
        )


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the user has set in the editor: options for flake8, and whether "fix all" makes suggested fixes, too."""

    options: tuple[str, ...] = ()
    unsafe: bool = False

    @classmethod
    def of_json(cls, given: object) -> Settings:
        """Read `{"select": […], "extendSelect": […], "ignore": […], "configurationFile": "…", "unsafeFixes": false}`.

        It may stand under the name of the server, or under `settings`; what is not understood is passed over.
        """
        while isinstance(given, dict) and (inner := given.get(SOURCE) or given.get("settings")):
            given = inner
        if not isinstance(given, dict):
            return cls()
        codes = {option: _listed(given.get(name)) for name, option in _CODES.items()}
        options = [f"{option}={','.join(listed)}" for option, listed in codes.items() if listed]
        file = given.get("configurationFile")
        if isinstance(file, str) and file:
            options.append(f"--config={file}")
        return cls(tuple(options), given.get("unsafeFixes") is True)


def _listed(given: object) -> Sequence[str]:
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
