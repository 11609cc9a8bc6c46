"""The fence: a text becomes a checked syntax tree, or an error with a place, plain words and a way out.

Only the syntax nodes in `ACCEPTED` exist; everything else is refused before anything runs. Nothing here or later
hands a user's text to Python's own evaluation.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from adcore.errors import START, ADError, Caution, Span
from adcore.limits import Limits
from adcore.scopes import Names, children, find_names
from adcore.spelling import Spelling, read
from adcore.unreadable import FOREIGN, syntax_error

BUILTINS = ("range", "len", "zip", "enumerate", "reversed", "sorted", "sum", "min", "max", "abs", "list", "pow")
METHODS = ("append", "pop", "keys", "values", "items")
OPERATORS: Mapping[type[ast.operator], str] = MappingProxyType(
    {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Mod: "mod", ast.FloorDiv: "floordiv"}
)
"""What operators are called in the table; a power is one of two primitives."""
CONSTANTS = MappingProxyType({"pi": 3.141592653589793, "e": 2.718281828459045})
PARSE_ATTEMPTS = 20
GREEK_FUNCTIONS = ("gamma",)
"""Functions whose name is also a Greek letter that people use for a number."""

_LOOPS = (ast.For, ast.While)
_BLOCKS = (ast.If, ast.FunctionDef, *_LOOPS)
_JUMPS = (ast.Break, ast.Continue)
ACCEPTED = frozenset(
    """Module Expr Assign AugAssign If For While Break Continue Pass Return FunctionDef Lambda arguments arg
    BinOp UnaryOp BoolOp Compare Call keyword IfExp Attribute Subscript Slice Name Constant List Tuple Dict
    ListComp comprehension Load Store Add Sub Mult Div Pow Mod FloorDiv UAdd USub Not And Or
    Lt LtE Gt GtE Eq NotEq In NotIn""".split()
)


@dataclass(frozen=True, slots=True)
class Syntax:
    """A checked program: the tree, how it was spelled, and its names. `form` is expression, body or def."""

    tree: ast.Module
    spelling: Spelling
    form: str
    names: Names
    limits: Limits
    cautions: tuple[Caution, ...]

    def span(self, node: ast.AST) -> Span:
        return _span(self.spelling, node)

    @property
    def definitions(self) -> list[ast.FunctionDef]:
        """The defs at the top level."""
        return [statement for statement in self.tree.body if isinstance(statement, ast.FunctionDef)]


def check(source: str, functions: Collection[str], limits: Limits) -> Syntax:
    """Read a text. `functions` are the names of the primitives. Raises ADError at the first thing that is refused."""
    if not isinstance(source, str):
        raise ADError("syntax", "A program is given as text.", None, 'For example "x**2".')
    spelling = read(source, limits)
    tree = _parse(spelling, functions)
    if not tree.body:
        raise ADError(
            "empty", "There is nothing to differentiate yet.", START, "Type a function, for example x^2 + 2x."
        )
    nodes = _check_size(tree, spelling, limits)
    known = frozenset(functions) | frozenset(BUILTINS)
    names = find_names(tree, known | frozenset(CONSTANTS))
    fence = _Fence(spelling, known, names, limits)
    fence.check_nodes(nodes)
    for name in names.uses:
        fence.check_name(name)
    form = _form(tree)
    if form == "def" and names.free:
        raise fence.unknown(names.free[0])
    limits.check("inputs", len(names.free))
    return Syntax(tree, spelling, form, names, limits, (*spelling.cautions, *_discarded(tree, spelling)))


def _form(tree: ast.Module) -> str:
    last = tree.body[-1]
    if isinstance(last, ast.Expr) and len(tree.body) == 1:
        return "expression"
    has_def = any(isinstance(statement, ast.FunctionDef) for statement in tree.body)
    return "def" if has_def and not isinstance(last, ast.Expr | ast.Return) else "body"


def _discarded(tree: ast.Module, spelling: Spelling) -> Iterator[Caution]:
    for statement in tree.body[:-1]:
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call):
            yield Caution("discarded", "This value is computed and thrown away.", _span(spelling, statement))


def _span(spelling: Spelling, node: ast.AST) -> Span:
    """Where a syntax node stands in the source as typed."""
    if spelling.is_python:
        return Span(node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)  # type: ignore[attr-defined]
    start = spelling.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
    end = spelling.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    return spelling.span(start, end)


def _parse(spelling: Spelling, functions: Collection[str]) -> ast.Module:
    try:
        return _ask_python(spelling.text)
    except (RecursionError, MemoryError) as error:
        raise ADError("limit", "The program is too deeply nested (syntax_depth).", START, "Name the parts.") from error
    except SyntaxError as error:
        raise syntax_error(spelling, error, functions) from error


def _ask_python(text: str) -> ast.Module:
    """Python's own parser. In CPython 3.11, threads that parse at once can upset it for a moment: it is asked again."""
    for _ in range(PARSE_ATTEMPTS - 1):
        try:
            return ast.parse(text)
        except SystemError:
            continue
    return ast.parse(text)


def _check_size(tree: ast.Module, spelling: Spelling, limits: Limits) -> list[ast.AST]:
    """All nodes in order, once counted: nodes, depth, nested blocks. No recursion: hostile input would overflow it.

    Also refuses a `break` outside a loop, which Python's parser lets through.
    """
    stack: list[tuple[ast.AST, int, int, bool]] = [(tree, 0, 0, False)]
    nodes: list[ast.AST] = []
    most, deepest = limits["syntax_nodes"], limits["syntax_depth"]
    while stack:
        node, depth, block, looped = stack.pop()
        nodes.append(node)
        if is_name := isinstance(node, ast.Name):  # most nodes are names and their contexts
            nodes.append(node.ctx)
            depth += 1
        if len(nodes) > most:
            limits.refuse("syntax_nodes")
        if depth > deepest:
            _refuse_depth(nodes, spelling, limits)
        is_statement = isinstance(node, ast.stmt)
        if is_statement and isinstance(node, _BLOCKS):
            block += 1
            if block > limits["block_depth"]:
                limits.refuse("block_depth", _span(spelling, node))
            looped = isinstance(node, _LOOPS) or (looped and not isinstance(node, ast.FunctionDef))
        elif is_statement and not looped and isinstance(node, _JUMPS):
            word = type(node).__name__.lower()
            raise ADError("construct", f"{word} stands outside a loop.", _span(spelling, node), "Remove it.")
        if not is_name and (parts := children(node)):
            stack += [(part, depth + 1, block, looped) for part in parts[::-1]]
    return nodes


def _refuse_depth(nodes: list[ast.AST], spelling: Spelling, limits: Limits) -> NoReturn:
    """Too deep a program; of a long row of terms, which is a tree to one side, it is said that it is one."""
    for node in nodes:
        terms = _terms(node)
        if isinstance(node, ast.BinOp) and terms > limits["syntax_depth"] // 2:
            words = "a sum is shorter as sum([…, …])" if isinstance(node.op, ast.Add) else "name parts of it"
            limits.refuse("syntax_depth", _span(spelling, node), f"A row of {terms} terms is as many levels: {words}.")
    limits.refuse("syntax_depth", START, "Name the parts: a = …, then use a.")


def _terms(node: ast.AST) -> int:
    """How many terms stand in a row: 3 for a + b + c."""
    terms = 1
    while isinstance(node, ast.BinOp):
        node, terms = node.left, terms + 1
    return terms


class _Fence:
    """The checks of single nodes and names."""

    def __init__(self, spelling: Spelling, known: frozenset[str], names: Names, limits: Limits) -> None:
        self.spelling = spelling
        self.known = known
        self.names = names
        self.limits = limits
        self.labels: set[ast.AST] = set()

    def check_nodes(self, nodes: list[ast.AST]) -> None:
        for node in nodes:
            if type(node) not in _CHECKS:
                raise self._refusal(type(node).__name__, node)
            if check := _CHECKS[type(node)]:
                check(self, node)

    def _refusal(self, kind: str, node: ast.AST) -> ADError:
        what, hint = FOREIGN.get(kind, (f"such construct ({kind})", "The language is described under Rules."))
        return ADError("construct", f"The language has no {what}.", _span(self.spelling, node), hint)

    def _check_operators(self, node: ast.AST, operators: list[ast.AST]) -> None:
        for operator in operators:
            if type(operator) not in _CHECKS:
                raise self._refusal(type(operator).__name__, node)

    def _check_binop(self, node: ast.BinOp) -> None:
        self._check_operators(node, [node.op])

    def _check_augassign(self, node: ast.AugAssign) -> None:
        self._check_operators(node, [node.op])

    def _check_unaryop(self, node: ast.UnaryOp) -> None:
        self._check_operators(node, [node.op])

    def _check_compare(self, node: ast.Compare) -> None:
        self._check_operators(node, list(node.ops))
        self.labels.update([node.left, *node.comparators])

    def _check_list(self, node: ast.List | ast.Tuple) -> None:
        for element in node.elts:
            if isinstance(element, ast.Slice):
                raise self._error("index", "A list is cut in one direction at a time.", element, "Write x[0][1:].")
        self.labels.update(node.elts)

    _check_tuple = _check_list

    def _check_subscript(self, node: ast.Subscript) -> None:
        self.labels.add(node.slice)
        base = node.value
        if not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, str):
            return
        while isinstance(base, ast.Subscript):
            base = base.value
        if isinstance(base, ast.Name) and base.id not in self.names.bound and base.id not in self.known:
            words = "No dict has this name yet, and inputs are numbers or lists."
            raise self._error("name", words, base, "Write a dict above, as p = {}, or take a number for each key.")

    def _check_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node in self.labels:
            self._check_text(node, node.value)
            return
        if isinstance(node.value, bool | int | float):
            return
        if isinstance(node.value, complex):
            raise self._error(
                "number", "Imaginary numbers are not part of the language.", node, "Write 10*j for a product."
            )
        if isinstance(node.value, str):
            words = "Text by itself is not a value of the language."
            raise self._error("construct", words, node, 'Text is a key of a dict, as in p["w"], or is compared.')
        words = f"{node.value!r} is not a value of the language."
        raise self._error("construct", words, node, "Values are numbers, lists and dicts.")

    def _check_text(self, node: ast.Constant, text: str) -> None:
        """Text is shown in messages as it is typed: what cannot be seen, or turns lines around, is not let in."""
        if not text.isprintable():
            words = "All of a text in quotes can be seen; here something cannot."
            raise self._error("character", words, node, "Use letters, digits and blanks.")

    def _check_call(self, node: ast.Call) -> None:
        target = node.func
        if isinstance(target, ast.Constant | ast.BinOp):
            text = ast.unparse(target) if isinstance(target, ast.Constant) else f"({ast.unparse(target)})"
            hint = self._power_hint(node, text) or f"Write {text}*( … ) for a product."
            raise self._error("call", f"{text} is a number, not a function.", node, hint)
        if isinstance(target, ast.Name) and target.id not in self.names.bound:
            self._check_known(target)
        if isinstance(target, ast.Attribute):
            self._check_method(target)
        if any(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in node.args):
            hint = 'Only a key is text: p["w"].' if isinstance(target, ast.Attribute) else "Remove the quotes."
            raise self._error("construct", "A function takes numbers and lists, not text.", node, hint)
        if isinstance(target, ast.Call) and isinstance(target.func, ast.Name) and target.func.id in self.known:
            raise self._error(
                "call", f"{target.func.id}(…) is a number, not a function.", node, "Write a product with *."
            )
        for word in node.keywords:
            if word.arg is None:
                raise self._error("construct", "The language has no ** arguments.", node, "Name each argument.")

    def _power_hint(self, node: ast.Call, exponent: str) -> str:
        """What to write for `sin^2(x)` and `sin^-1(x)`."""
        before = self.spelling.text[: self.spelling.offset(node.lineno, node.col_offset)]
        power = re.search(r"([A-Za-z_]\w*)\s*\*\*\s*(-?)\s*\Z", before)
        if not power or power[1] not in self.known:
            return ""
        function, inverse = power[1], f"a{power[1]}"
        hint = f"Write {function}(…)^{power[2]}{exponent} for a power"
        is_inverse = power[2] + exponent == "-1" and inverse in self.known
        return f"{hint}, {inverse}(…) for the inverse." if is_inverse else f"{hint}."

    def _check_known(self, target: ast.Name) -> None:
        if target.id in self.known:
            return
        near = difflib.get_close_matches(target.id.lower(), sorted(self.known | self.names.bound), 3, 0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "See Rules for the functions there are."
        multiplied = {use.id for use in self.names.values if isinstance(use, ast.Name)}
        if target.id in multiplied or len(target.id) == 1:
            hint = f"For a product write {target.id}*( … ). " + hint
        raise self._error("call", f"There is no function called {target.id}.", target, hint)

    def _check_method(self, node: ast.Attribute) -> None:
        if node.attr not in METHODS:
            hint = f'Only {", ".join(METHODS)} have a dot before them; write sin(x), and p["w"] for a value of a dict.'
            raise self._error("construct", "The language has no attributes.", node, hint)

    def _check_attribute(self, node: ast.Attribute) -> None:
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        if node.attr in METHODS:
            return
        if base in self.names.bound and len(base) + len(node.attr) <= self.limits["name_characters"]:
            hint = f'A value of a dict is read by its key: {base}["{node.attr}"].'
            raise self._error("construct", "The language has no attributes.", node, hint)
        self._check_method(node)

    def _check_arguments(self, node: ast.arguments) -> None:
        foreign = node.vararg or node.kwarg or next(iter(node.posonlyargs + node.kwonlyargs), None)
        if foreign:
            raise self._error("construct", "Parameters are plain names, with or without a default.", foreign)
        for i, arg in enumerate(node.args):
            if arg.arg in [earlier.arg for earlier in node.args[:i]]:
                raise self._error("name", f"There are two parameters called {arg.arg}.", arg, "Rename one.")

    def _check_functiondef(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            raise self._error("construct", "The language has no decorators.", node.decorator_list[0])
        if node.returns:
            raise self._error("construct", "The language has no annotations.", node.returns)

    def _check_arg(self, node: ast.arg) -> None:
        if node.annotation:
            raise self._error("construct", "The language has no annotations.", node.annotation, "Write only the name.")

    def _check_for(self, node: ast.For) -> None:
        if node.orelse:
            raise self._error("construct", "A loop has no else here.", node.orelse[0], "Test after the loop.")

    def _check_while(self, node: ast.While) -> None:
        if node.orelse:
            raise self._error("construct", "A loop has no else here.", node.orelse[0], "Test after the loop.")

    def _check_dict(self, node: ast.Dict) -> None:
        if None in node.keys:
            raise self._error("construct", "A dict is written out key by key.", node, "Set each: q[1] = p[1].")
        self.labels.update(key for key in node.keys if key)

    def _check_comprehension(self, node: ast.comprehension) -> None:
        if node.is_async:
            raise self._error("construct", "The language has no async.", node.target)

    def _error(self, kind: str, message: str, node: ast.AST, hint: str = "") -> ADError:
        return ADError(kind, message, _span(self.spelling, node), hint)

    def check_name(self, node: ast.AST) -> None:
        """Check one use of a name (a Name, a parameter or a def)."""
        name = self.names.name_of(node)
        if len(name) > self.limits["name_characters"]:
            words = f"A name has at most {self.limits['name_characters']} characters (name_characters)."
            raise ADError("name", words, self._name_span(node), "Choose a shorter name.")
        if name.startswith("__"):
            words = "Names do not start with two underscores."
            raise ADError("name", words, self._name_span(node), "Drop the underscores.")
        if name in self.known or name in self.names.functions:
            self._check_function_name(node, name)

    def _check_function_name(self, node: ast.AST, name: str) -> None:
        """A function of the language or of the program is called, not used or set as a number."""
        stored = not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        letter = name in GREEK_FUNCTIONS and name not in self.names.called
        if name in self.known and stored and not letter:
            words, hint = f"{name} is a function of the language.", f"Choose another name: {name}_ or {name}1."
            raise ADError("shadow", words, self._name_span(node), hint)
        if name in self.known and node in self.names.values and not letter and name not in self.names.bound:
            raise ADError("name", f"{name} is a function, not a number.", self._name_span(node), f"Call it: {name}(…).")
        if stored and name in self.names.functions and not isinstance(node, ast.FunctionDef | ast.arg):
            words, hint = f"{name} is a function defined here.", "Choose another name for the number."
            raise ADError("shadow", words, self._name_span(node), hint)

    def _name_span(self, node: ast.AST) -> Span:
        return _span(self.spelling, node) if isinstance(node, ast.Name | ast.arg) else self._def_span(node)

    def _def_span(self, node: ast.AST) -> Span:
        span = _span(self.spelling, node)
        return Span(span.line, span.column, span.line, span.column + 3)

    def unknown(self, node: ast.Name) -> ADError:
        near = difflib.get_close_matches(node.id, sorted(self.names.bound), 2, 0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Add it to the parameters of the def."
        if hasattr(builtins, node.id):
            hint = "That is Python's, not a name of this language."
        return self._error("name", f"{node.id} has no value here.", node, hint)


_CHECKS: Mapping[type[ast.AST], Callable[[_Fence, Any], None] | None] = MappingProxyType(
    {vars(ast)[name]: vars(_Fence).get(f"_check_{name.lower()}") for name in ACCEPTED}
)
"""What is looked at in a node of each kind."""
