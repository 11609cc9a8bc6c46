"""Build hook: bundles the page's npm packages, with a Node.js from PyPI where the machine has none."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The build backend does not put the project's folder on the import path.
sys.path.insert(0, str(Path(__file__).parent))

import nodejs


class VendorHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Makes static/vendor/ unless it is already what the lock file and the entry modules ask for."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js only when there is something to bundle and nothing to bundle it with."""
        return [] if self._is_fresh() or nodejs.on_machine() else [nodejs.PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle before the files are collected; editable installs come here too."""
        if not self._is_fresh():
            self._run("npm", "ci", "--ignore-scripts", "--omit=dev")
            self._run("node", "vendor.mjs")
            self._stamp.write_text(self._fingerprint(), encoding="utf-8")
        elif Path(self.root, "node_modules", "esbuild").is_dir() and nodejs.on_machine():
            self._run("node", "vendor.mjs", "--own")

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

    def _run(self, program: str, *arguments: str) -> None:
        status = nodejs.run(program, list(arguments), Path(self.root))
        if status:
            raise RuntimeError(f"{program} {arguments[0]} ended with status {status}")
