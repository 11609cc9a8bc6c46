"""Measure ours against the peers that are installed: `python -m benchmarks [--quick] [--write] [NAME ...]`."""

from __future__ import annotations

import argparse
import sys

from benchmarks import report, results
from benchmarks.parts import PARTS
from benchmarks.peers import missing
from benchmarks.rounds import FULL, QUICK
from benchmarks.sections import SECTIONS, chosen, shrunk

KNOWN = (*(section.name for section in SECTIONS), *(part.name for part in PARTS))


def main(arguments: list[str]) -> int:
    """Measure what is asked for, print it, and write down the sections that are whole."""
    options = _parser().parse_args(arguments)
    sections, parts = chosen(options.names), [part for part in PARTS if not options.names or part.name in options.names]
    if not sections and not parts:
        raise SystemExit(f"Nothing is called {' or '.join(options.names)}.")
    if options.quick:
        sections = tuple(shrunk(section) for section in sections)
    reason = "" if options.write else reason_not_to_write(options.quick, options.names, missing())
    for piece in report.pieces(sections, parts, QUICK if options.quick else FULL, options.quick, _say):
        _say(piece)
        if not reason:
            before = results.RESULTS.read_text(encoding="utf-8") if results.RESULTS.is_file() else ""
            results.RESULTS.write_text(results.updated(before, piece), encoding="utf-8")
    if reason:
        _say(f"{results.RESULTS.name} is left as it is, because {reason}; --write changes it.")
    return 0


def reason_not_to_write(quick: bool, names: list[str], absent: list[str]) -> str:
    """Return why the sections of a run should not replace those that are there, or nothing."""
    if quick or not set(names) <= {*KNOWN}:
        return "these are not whole sections"
    return f"not everything is installed ({', '.join(absent)})" if absent else ""


def _say(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure ours against peers.")
    parser.add_argument("names", nargs="*", help=f"tasks, by letter or name, or sections: {', '.join(KNOWN)}")
    parser.add_argument("--quick", action="store_true", help="few rounds of small tasks")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md although something is missing")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
