"""Our machine code, in a module of its own: with it llvmlite is imported, as other peers are with theirs."""

from __future__ import annotations

import llvmlite.binding

from benchmarks.peers.ours import buffers, llvm, llvm_from_graph

__all__ = ["buffers", "llvm", "llvm_from_graph", "llvmlite"]
