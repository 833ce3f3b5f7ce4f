"""Lets VS Code, in a browser without a screen, show our findings and make our fixes; prints what is seen.

    python -m tests.editors.vscode [PICTURES]

Builds the extension of `src/vscode`, and fetches VS Code's server as the npm package `code-server` has it, into the
user's cache. Needs Node.js 20 with its headers, npm, a C++ compiler, and Chromium. Pictures go into PICTURES.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.editors.__main__ import CORRECTED, ENVIRONMENT, HERE, TEXT

CLIENT = HERE.parents[1] / "src/vscode"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "flake8-aiohttp/vscode"
PACKAGES = ("code-server@4.99.4", "playwright-core@1")
SERVER = CACHE / "node_modules/code-server/lib/vscode"
NATIVE = ("@vscode/spdlog", "native-watchdog")  # all that has to be compiled for what we do
PORT = 8123
SETTINGS = {
    "flake8-aiohttp.command": [sys.executable, "-m", "flake8_aiohttp", "server"],
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


def run(*command: str | Path, folder: Path) -> None:
    subprocess.run([shutil.which(command[0]) or command[0], *command[1:]], cwd=folder, env=ENVIRONMENT, check=True)


def fetch() -> None:
    """Fetch VS Code's server, unless it is there."""
    if (SERVER / "node_modules" / NATIVE[-1] / "build").exists():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    run("npm", "install", *quietly, *PACKAGES, folder=CACHE)
    run("npm", "install", *quietly, "--omit=dev", folder=SERVER)
    node, npm = (Path(shutil.which(name) or name).resolve() for name in ("node", "npm"))
    gyp = npm.parents[1] / "node_modules/node-gyp/bin/node-gyp.js"
    for name in NATIVE:
        run("node", gyp, "rebuild", "--silent", f"--nodedir={node.parents[1]}", folder=SERVER / "node_modules" / name)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve VS Code with our extension; gives its address."""
    run("npm", "install", "--silent", "--no-audit", "--no-fund", folder=CLIENT)
    run("npm", "run", "--silent", "package", folder=CLIENT)
    for name in ("Machine", "User"):
        (data / "data" / name).mkdir(parents=True)
        (data / "data" / name / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    command = [
        "node",
        SERVER / "out/server-main.js",
        "--server-data-dir",
        data,
        "--extensions-dir",
        data / "extensions",
    ]
    run(*command, "--install-extension", CLIENT / "dist/flake8-aiohttp.vsix", folder=data)
    listening = ["--host=127.0.0.1", f"--port={PORT}", "--without-connection-token", "--accept-server-license-terms"]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen([*command, *listening], cwd=data, env=ENVIRONMENT, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{PORT}"
        finally:
            process.terminate()
            process.wait()


def main(pictures: Path) -> int:
    fetch()
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        project, data = Path(name) / "project", Path(name) / "data"
        project.mkdir()
        data.mkdir()
        file = project / "weather.py"
        file.write_text(TEXT, encoding="utf-8")
        with served(data) as address:
            shutil.copy(HERE / "vscode.mjs", CACHE)  # Node.js looks for packages from the script's folder on
            run("node", CACHE / "vscode.mjs", address, project, pictures.resolve(), folder=CACHE)
        right = file.read_text(encoding="utf-8") == CORRECTED
    print(f"VS Code: {'as it should be' if right else 'NOT as it should be'}")
    return int(not right)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())))
