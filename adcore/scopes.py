"""Which names a program binds, which it uses, and which are free: the free ones are its inputs.

A name is free where it is read before the program gives it a value: in `x = x + y` both are inputs, in `a = 2` then
`a*x` only `x` is. Inside a def, names of the parameters and of enclosing blocks are not free.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of a program's names.

    `free` is the first use of each input, in order of appearance; `bound` every name given a value anywhere, `top`
    those at the top level; `functions` the names of defs; `called` names that are called; `uses` all places of names;
    `values` those of reads that are not calls.
    """

    free: tuple[ast.Name, ...]
    bound: frozenset[str]
    functions: frozenset[str]
    called: frozenset[str]
    top: frozenset[str]
    uses: tuple[ast.AST, ...]
    values: frozenset[ast.AST]

    @property
    def free_ids(self) -> tuple[str, ...]:
        return tuple(name.id for name in self.free)

    @staticmethod
    def name_of(node: ast.AST) -> str:
        """The identifier of a Name, a parameter or a def."""
        if isinstance(node, ast.Name):
            return node.id
        return node.arg if isinstance(node, ast.arg) else node.name  # type: ignore[attr-defined]


def find_names(tree: ast.Module, known: frozenset[str]) -> Names:
    """Walk the program once in the order in which it runs. `known` are names that the language itself gives."""
    walk = _Walk(known)
    walk.block(tree.body, ())
    uses = sorted(walk.uses, key=_position)
    calls = {id(call.func) for call in walk.calls}
    values = frozenset(use for use in uses if isinstance(use, ast.Name) and id(use) not in calls and _is_load(use))
    called = frozenset(call.func.id for call in walk.calls if isinstance(call.func, ast.Name))
    free = {name.id: name for name in sorted(walk.loose(), key=_position, reverse=True)}
    ordered = tuple(sorted(free.values(), key=_position))
    return Names(
        ordered, frozenset(walk.bound), frozenset(walk.functions), called, frozenset(walk.top), tuple(uses), values
    )


def _position(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _is_load(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


class _Walk:
    """Collects names; a scope is the frozen set of names that enclosing functions bind."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.bound: set[str] = set()
        self.functions: set[str] = set()
        self.top: set[str] = set()
        self.uses: list[ast.AST] = []
        self.calls: list[ast.Call] = []
        self.early: list[ast.Name] = []
        self.late: list[ast.Name] = []

    def loose(self) -> list[ast.Name]:
        """Reads without a value: at the top level before any assignment, in functions without one anywhere."""
        return [*self.early, *(name for name in self.late if name.id not in self.top)]

    def block(self, body: list[ast.stmt], scope: tuple[frozenset[str], ...]) -> None:
        for node in in_running_order(body):
            self.visit(node, scope)

    def visit(self, node: ast.AST, scope: tuple[frozenset[str], ...]) -> None:
        if isinstance(node, ast.Call):
            self.calls.append(node)
        elif isinstance(node, ast.FunctionDef):
            self.functions.add(node.name)
            self._bind(node, node.name, scope)
            self.function(node.args, node.body, scope)
        elif isinstance(node, ast.Lambda):
            self.function(node.args, [ast.Expr(node.body)], scope)
        elif isinstance(node, ast.ListComp):
            self.comprehension(node, scope)
        elif isinstance(node, ast.Name):
            self._name(node, scope)

    def function(self, args: ast.arguments, body: list[ast.stmt], scope: tuple[frozenset[str], ...]) -> None:
        for arg in args.args:
            self.uses.append(arg)
            self.bound.add(arg.arg)
        inner = frozenset(arg.arg for arg in args.args) | frozenset(_stored(body))
        self.block(body, (*scope, inner))

    def comprehension(self, node: ast.ListComp, scope: tuple[frozenset[str], ...]) -> None:
        targets: list[ast.AST] = [generator.target for generator in node.generators]
        inner = (*scope, frozenset(_stored(targets)))
        parts = [part for g in node.generators for part in (g.iter, g.target, *g.ifs)]
        for part in in_running_order([*parts, node.elt]):
            self.visit(part, inner)

    def _bind(self, node: ast.AST, name: str, scope: tuple[frozenset[str], ...]) -> None:
        self.uses.append(node)
        self.bound.add(name)
        if not scope:
            self.top.add(name)

    def _name(self, node: ast.Name, scope: tuple[frozenset[str], ...]) -> None:
        if not _is_load(node):
            self._bind(node, node.id, scope)
            return
        self.uses.append(node)
        if any(node.id in names for names in scope) or node.id in self.top:
            return
        if node.id in self.known and not self._is_letter(node):
            return
        (self.late if scope else self.early).append(node)

    def _is_letter(self, node: ast.Name) -> bool:
        """`gamma` read and never called is the Greek letter; calls are visited before their names."""
        return node.id == "gamma" and all(getattr(call.func, "id", "") != "gamma" for call in self.calls)


def stored_names(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The local names of a function with this body, parameters apart."""
    return frozenset(_stored(body))


def _stored(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Names that these nodes bind in their own scope: not those of functions or comprehensions inside."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if not _is_load(node):
                yield node.id
        elif isinstance(node, ast.FunctionDef):
            yield node.name
        else:
            stack += _BINDING.get(type(node), children)(node)


def in_running_order(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node in the order of execution, without entering functions and comprehensions (scopes of their own)."""
    stack: list[ast.AST] = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        parts = _IN_RUNNING_ORDER.get(type(node), children)(node)
        stack += parts[::-1]


def _updated(node: ast.AugAssign) -> list[ast.AST]:
    """A name is read before it is updated."""
    target = node.target
    read = ast.copy_location(ast.Name(target.id, ast.Load()), target) if isinstance(target, ast.Name) else None
    return [*([read] if read else []), node.value, target]


_IN_RUNNING_ORDER: Mapping[type[ast.AST], Callable[[Any], Sequence[ast.AST]]] = MappingProxyType(
    {
        ast.BinOp: lambda node: (node.left, node.right),
        ast.Assign: lambda node: (node.value, *node.targets),
        ast.AugAssign: _updated,
        ast.For: lambda node: (node.iter, node.target, *node.body),
        ast.FunctionDef: lambda node: (*node.decorator_list, *node.args.defaults),
        ast.Lambda: lambda node: (*node.args.defaults,),
        ast.ListComp: lambda node: (),
    }
)
"""What is run first; of the other nodes as they are written."""
_BINDING: Mapping[type[ast.AST], Callable[[Any], Sequence[ast.AST]]] = MappingProxyType(
    {
        ast.Assign: lambda node: node.targets,
        ast.AugAssign: lambda node: (node.target,),
        ast.For: lambda node: (node.target, *node.body),
        ast.While: lambda node: node.body,
        ast.If: lambda node: (*node.body, *node.orelse),
        **dict.fromkeys((ast.Return, ast.Call, ast.Lambda, ast.ListComp, ast.Subscript), lambda node: ()),
    }
)
"""The parts of a statement in which names may be bound: expressions bind none."""
_AS_WRITTEN: Mapping[type[ast.AST], Callable[[Any], Sequence[ast.AST]]] = MappingProxyType(
    {
        ast.Constant: lambda node: (),
        ast.Name: lambda node: (),
        ast.BinOp: lambda node: (node.left, node.op, node.right),
        ast.UnaryOp: lambda node: (node.op, node.operand),
        ast.Compare: lambda node: (node.left, *node.ops, *node.comparators),
        ast.Subscript: lambda node: (node.value, node.slice, node.ctx),
        ast.Call: lambda node: (node.func, *node.args, *node.keywords),
        ast.Assign: lambda node: (*node.targets, node.value),
        ast.Expr: lambda node: (node.value,),
        ast.AugAssign: lambda node: (node.target, node.op, node.value),
        ast.For: lambda node: (node.target, node.iter, *node.body, *node.orelse),
        ast.If: lambda node: (node.test, *node.body, *node.orelse),
        ast.While: lambda node: (node.test, *node.body, *node.orelse),
        ast.Return: lambda node: (node.value,) if node.value else (),
        ast.Module: lambda node: (*node.body,),
        ast.arg: lambda node: (node.annotation,) if node.annotation else (),
        ast.Tuple: lambda node: (*node.elts, node.ctx),
        ast.List: lambda node: (*node.elts, node.ctx),
        **dict.fromkeys((ast.Load, ast.Store, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow), lambda node: ()),
    }
)


def children(node: ast.AST) -> Sequence[ast.AST]:
    """As `ast.iter_child_nodes`, which takes long over what most of a program consists of; contexts of names apart."""
    known = _AS_WRITTEN.get(type(node))
    return known(node) if known else [*ast.iter_child_nodes(node)]
