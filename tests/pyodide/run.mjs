// node run.mjs REPOSITORY SITE ARGUMENT ...: runs pytest, which stands in SITE, in Pyodide; its exit code is pytest's.
import { loadPyodide } from "pyodide";

const [, , repository, site, ...given] = process.argv;
const pyodide = await loadPyodide();
for (const [mountPoint, root] of [["/repository", repository], ["/site", site]]) {
  pyodide.FS.mkdirTree(mountPoint);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, mountPoint);
}
pyodide.globals.set("given", pyodide.toPy(given));
process.exit(pyodide.runPython(`
import os, sys

sys.dont_write_bytecode = True
sys.path[:0] = ["/site", "/repository/src", "/repository"]
os.chdir("/repository")
print("Python", sys.version.split("(")[0])
import pytest

int(pytest.main(list(given)))
`));
