"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peers import PACKAGES, version


def description() -> str:
    """Return the machine and the version of everything that is measured."""
    versions = ", ".join((f"Python {platform.python_version()}", *map(version, PACKAGES), compiler()))
    return (
        f"{platform.system()}, {platform.machine()}, {processor()}, {os.cpu_count()} cores. {versions}. All"
        " single-threaded."
    )


def moment() -> str:
    """Return when a section was finished, how busy the machine was, and how fast."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load}, a million empty turns in {pace():.0f} ms."


def pace() -> float:
    """Return the CPU milliseconds of a million turns of an empty loop: one processor is not always equally fast."""
    found = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(1_000_000):
            pass
        found.append(time.process_time() - start)
    return 1e3 * statistics.median(found)


def processor() -> str:
    """Return the name of the processor where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.is_file() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor unknown"
    )


def compiler() -> str:
    """Return gcc with its version."""
    try:
        found = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "gcc not installed"
    return f"gcc {found.stdout.strip()}"
