"""Runs a checked program, statement by statement, and writes what it does with numbers on a tape."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from adcore.calls import CALLED, call_builtin
from adcore.containers import INDEXED, call_method, cut, elements, members, part, position, set_part
from adcore.customs import call_custom, rule_of
from adcore.errors import ADError, Caution, Span
from adcore.functions import at_once, bind, in_fresh_thread
from adcore.keys import cut_short, is_key, item, key_of
from adcore.language import ACCEPTED, CONSTANTS, OPERATORS, Syntax
from adcore.repeats import repeat
from adcore.scopes import stored_names
from adcore.tape import Tape
from adcore.values import SEQUENCES, Closure, Frame, Returned, describe

COMPARISONS = MappingProxyType({"Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne"})
BREAK, CONTINUE = "break", "continue"
Place = tuple[list[Any] | dict[Any, Any], Any]
"""A list or a dict, and an index or a key."""
NO_NUMBERS = (str, tuple)
"""Keys that are compared as such, and not as numbers."""
NO_ELEMENTS = "Give it a list, or leave the index out."
CALLS_PER_THREAD = 24
"""Python bounds how deep calls go in one thread; deeper programs go on in a fresh one."""
ALIKE_FROM = 3
"""The turn from which on turns are written down at once, if all that follow are alike."""
KEPT = 64
"""Tables of methods that are kept: two for each kind of evaluator."""


class Evaluator:
    """One run of one program. `frame` holds the variables of the call that is running."""

    def __init__(self, syntax: Syntax, tape: Tape) -> None:
        self.syntax = syntax
        self.tape = tape
        self.top = Frame(dict(CONSTANTS), None, frozenset(syntax.names.top))
        self.frame = self.top
        self.repeats = type(self) is Evaluator and type(tape) is Tape  # others run every turn
        self.depth = self.statements = 0
        self._most_statements = tape.limits["statements"]
        self._spans: dict[int, Span] = {}
        kind: Any = type(self)
        self._values, self._runs = _methods(kind, "_value_"), _methods(kind, "_run_")

    def span(self, node: ast.AST) -> Span:
        found = self._spans.get(id(node))
        if found is None:
            found = self._spans[id(node)] = self.syntax.span(node)
        return found

    def block(self, body: Iterable[ast.stmt]) -> Any:
        """Run statements; None if they ran to the end, else BREAK, CONTINUE or Returned."""
        runs = self._runs
        for statement in body:
            self._tick(statement)
            end = runs[type(statement)](self, statement)
            if end is not None:
                return end
        return None

    def _tick(self, node: ast.AST) -> None:
        self.statements += 1
        if self.statements > self._most_statements:
            self.tape.limits.refuse("statements", self.span(node), "Does the loop end? Use fewer turns.")

    def _run_expr(self, node: ast.Expr) -> None:
        self.value(node.value)

    def _run_assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.store(target, value, node.value)

    def _run_augassign(self, node: ast.AugAssign) -> None:
        target, span = node.target, self.span(node)
        place = self._place(target) if isinstance(target, ast.Subscript) else None
        old = part(*place, self.span(target.slice)) if place else self.value(target)  # type: ignore[union-attr]
        new = self.value(node.value)
        grows = isinstance(node.op, ast.Mult) or (isinstance(node.op, ast.Add) and isinstance(new, list | tuple))
        if isinstance(old, list) and grows:
            self.grow(node.op, old, new, span)
        else:
            self.store(target, self.binary(node.op, old, new, span), node.value, place)

    def grow(self, operator: ast.operator, old: list[Any], new: Any, span: Span) -> None:
        """Change a list as += and *= do."""
        if isinstance(operator, ast.Add):
            old.extend(new)
            self.tape.limits.check("vector_length", len(old), span)
        else:
            old[:] = self._join(operator, old, new, span)

    def _run_if(self, node: ast.If) -> Any:
        if isinstance(node.test, ast.Constant):
            self.tape.cautions.append(Caution("dead-code", "This condition never changes.", self.span(node.test)))
        return self.block(node.body if self.truth(node.test) else node.orelse)

    def _run_for(self, node: ast.For) -> Any:
        return self.run_over(node, self.value(node.iter))

    def run_over(self, node: ast.For, over: Any) -> Any:
        """Run a loop over this value."""
        iterable = elements(over, self.span(node.iter))
        target, end = node.target, None
        label = f"for {target.id if isinstance(target, ast.Name) else cut_short(ast.unparse(target))}"
        for turn, value in enumerate(iterable, start=1):
            if turn == ALIKE_FROM and self.repeats and self._repeat(node, label, iterable):
                break
            end = self._run_turn(node, label, turn, value)
            if end is not None:
                break
        return end if isinstance(end, Returned) else None

    def _repeat(self, node: ast.For, label: str, iterable: Any) -> bool:
        """Write all turns but the first down at once, where they are alike."""
        done = ALIKE_FROM - 1
        if not repeat(self, node, label, done, iterable[done:]):
            return False
        self.store(node.target, iterable[-1], node.iter)
        return True

    def _run_while(self, node: ast.While) -> Any:
        turn, end = 0, None
        while end is None and self.truth(node.test):
            turn += 1
            end = self._run_turn(node, "while", turn)
        return end if isinstance(end, Returned) else None

    def _run_turn(self, node: ast.For | ast.While, label: str, turn: int, value: Any = None) -> Any:
        """One turn of a loop: BREAK or Returned if it ends the loop, else None."""
        self._tick(node)
        outside = self.tape.enter("loop", label, turn, self.span(node))
        if isinstance(node, ast.For):
            self.store(node.target, value, node.iter)
        end = self.block(node.body)
        self.tape.context = outside
        return None if end is CONTINUE else end

    def _run_break(self, node: ast.Break) -> str:
        return BREAK

    def _run_continue(self, node: ast.Continue) -> str:
        return CONTINUE

    def _run_pass(self, node: ast.Pass) -> None:
        return None

    def _run_return(self, node: ast.Return) -> Returned:
        if node.value is None:
            raise ADError("output", "This return gives nothing back.", self.span(node), "Return a number or a list.")
        return Returned(self.value(node.value), self.span(node))

    def _run_functiondef(self, node: ast.FunctionDef) -> None:
        self.frame.variables[node.name] = self._closure(node.name, node.args, node.body, self.span(node))

    def store(self, target: ast.expr, value: Any, origin: ast.expr, place: Place | None = None) -> None:
        """Assign to a name, to the parts of a tuple, or to an element, whose `place` may be known already."""
        if isinstance(target, ast.Name):
            self.frame.variables[target.id] = value
            self.tape.name(value, target.id)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, origin)
        elif isinstance(target, ast.Subscript):
            holder, key = place or self._place(target)
            set_part(holder, key, value, self.span(target.slice), self.tape.limits)
        else:
            raise ADError("construct", "Only names and elements can be assigned to.", self.span(target))

    def _unpack(self, targets: Sequence[ast.expr], value: Any, origin: ast.expr) -> None:
        if not isinstance(value, list | tuple | range):
            raise ADError("shape", f"{describe(value)} cannot be split in {len(targets)}.", self.span(origin))
        if len(value) != len(targets):
            message = f"{len(targets)} names on the left, {len(value)} values on the right."
            raise ADError("shape", message, self.span(origin), "Use as many names as there are values.")
        for target, element in zip(targets, value, strict=True):
            self.store(target, element, origin)

    def _place(self, target: ast.Subscript) -> Place:
        """The element that is assigned to."""
        holder, is_slice = self.value(target.value), isinstance(target.slice, ast.Slice)
        if is_slice or not isinstance(holder, list | dict):
            message = f"One element of a list can be set; this is {'a slice' if is_slice else describe(holder)}."
            raise ADError("shape", message, self.span(target), "Make it a list first.")
        return holder, self.value(target.slice)

    def value(self, node: ast.expr) -> Any:
        """The value of an expression."""
        return self._values[type(node)](self, node)

    def truth(self, node: ast.expr) -> bool:
        return self.tape.truth(self.value(node), self.span(node))

    def _value_constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, int) and abs(node.value) > 2**53:
            words = f"{node.value} has more digits than a float keeps; it is rounded to {float(node.value)!r}."
            self.tape.cautions.append(Caution("precision", words, self.span(node)))
            return float(node.value)
        return node.value

    def _value_name(self, node: ast.Name) -> Any:
        frame = self.frame.find(node.id)
        if frame is not None:
            return frame.variables[node.id]
        if node.id in self.syntax.names.functions:
            raise ADError("order", f"{node.id} is called before its def.", self.span(node), "Move the def up.")
        raise ADError("name", f"{node.id} has no value yet.", self.span(node), "Give it one before this line.")

    def _value_binop(self, node: ast.BinOp) -> Any:
        left, right, values = node.left, node.right, self._values
        return self.binary(node.op, values[type(left)](self, left), values[type(right)](self, right), self.span(node))

    def binary(self, operator: ast.operator, left: Any, right: Any, span: Span) -> Any:
        if isinstance(left, SEQUENCES) or isinstance(right, SEQUENCES):
            return self._join(operator, left, right, span)
        if type(operator) is ast.Pow:
            return self.tape.power(left, right, span)
        return self.tape.apply(OPERATORS[type(operator)], [left, right], span)

    def _join(self, operator: ast.operator, left: Any, right: Any, span: Span) -> Any:
        """Lists are joined by + and repeated by *, as in Python."""
        if isinstance(operator, ast.Add) and type(left) is type(right):
            self.tape.limits.check("vector_length", len(left) + len(right), span)
            return left + right
        sequence, times = (left, right) if isinstance(left, list | tuple) else (right, left)
        if isinstance(operator, ast.Mult) and isinstance(times, int):
            self.tape.limits.check("vector_length", len(sequence) * times, span)
            return sequence * times
        message = f"{describe(left)} and {describe(right)} do not combine here.".capitalize()
        raise ADError("shape", message, span, "Work on the elements: [a + b for a, b in zip(u, v)].")

    def _value_unaryop(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.truth(node.operand)
        value = self.value(node.operand)
        return self.tape.apply("neg", [value], self.span(node)) if isinstance(node.op, ast.USub) else value

    def _value_boolop(self, node: ast.BoolOp) -> Any:
        stop = isinstance(node.op, ast.Or)
        for operand in node.values[:-1]:
            value = self.value(operand)
            if self.tape.truth(value, self.span(operand)) == stop:
                return value
        return self.value(node.values[-1])

    def _value_compare(self, node: ast.Compare) -> Any:
        left, last = self.value(node.left), len(node.ops) - 1
        outcome: Any = True
        for i, (operator, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right = self.value(right_node)
            outcome = self._compare(operator, left, right, self.span(node))
            if i < last and not self.tape.truth(outcome, self.span(node)):
                return False
            left = right
        return outcome

    def _compare(self, operator: ast.cmpop, left: Any, right: Any, span: Span) -> Any:
        if isinstance(operator, ast.In | ast.NotIn):
            return self._is_in(left, right, span) == isinstance(operator, ast.In)
        keyed = isinstance(left, NO_NUMBERS) or isinstance(right, NO_NUMBERS)
        if keyed and isinstance(operator, ast.Eq | ast.NotEq) and is_key(left) and is_key(right):
            return (left == right) == isinstance(operator, ast.Eq)
        return self.tape.apply(COMPARISONS[type(operator).__name__], [left, right], span)

    def _is_in(self, value: Any, holder: Any, span: Span) -> bool:
        if isinstance(holder, dict) and is_key(value):
            return value in holder
        within = members(holder, span, self.tape.limits)
        return any(self.tape.truth(self._compare(ast.Eq(), value, other, span), span) for other in within)

    def _value_ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.truth(node.test) else node.orelse)

    def _value_list(self, node: ast.List) -> list[Any]:
        self.tape.limits.check("vector_length", len(node.elts), self.span(node))
        return [self.value(element) for element in node.elts]

    def _value_tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        self.tape.limits.check("vector_length", len(node.elts), self.span(node))
        return tuple(self.value(element) for element in node.elts)

    def _value_dict(self, node: ast.Dict) -> dict[Any, Any]:
        self.tape.limits.check("vector_length", len(node.keys), self.span(node))
        keys = [key for key in node.keys if key is not None]
        pairs = zip(keys, node.values, strict=True)
        return {key_of(self.value(key), self.span(key)): self.value(value) for key, value in pairs}

    def _value_listcomp(self, node: ast.ListComp) -> list[Any]:
        collected: list[Any] = []
        outside = self.frame
        self.frame = Frame({}, outside)
        try:
            self._generate(node, 0, collected)
        finally:
            self.frame = outside
        return collected

    def _generate(self, node: ast.ListComp, level: int, collected: list[Any]) -> None:
        if level == len(node.generators):
            collected.append(self.value(node.elt))
            self.tape.limits.check("vector_length", len(collected), self.span(node))
            return
        generator = node.generators[level]
        for value in elements(self.value(generator.iter), self.span(generator.iter)):
            self._tick(node)
            self.store(generator.target, value, generator.iter)
            if all(self.truth(condition) for condition in generator.ifs):
                self._generate(node, level + 1, collected)

    def _value_lambda(self, node: ast.Lambda) -> Closure:
        body = [ast.copy_location(ast.Return(node.body), node.body)]
        return self._closure("lambda", node.args, body, self.span(node))

    def _closure(self, name: str, args: ast.arguments, body: Sequence[ast.stmt], span: Span) -> Closure:
        defaults = tuple(self.value(default) for default in args.defaults)
        parameters = tuple(arg.arg for arg in args.args)
        return Closure(name, parameters, defaults, body, stored_names(body), self.frame, span)

    def _value_subscript(self, node: ast.Subscript) -> Any:
        holder, where = self.value(node.value), node.slice
        if isinstance(where, ast.Slice):
            return self._slice(holder, where, node)
        if isinstance(holder, dict):
            return item(holder, self.value(where), self.span(where))
        if not isinstance(holder, INDEXED):
            raise self._no_parts(holder, node)
        return holder[position(self.value(where), len(holder), self.span(where))]

    def _slice(self, holder: Any, where: ast.Slice, node: ast.Subscript) -> Any:
        if not isinstance(holder, INDEXED):
            raise self._no_parts(holder, node)
        ends = [self.value(end) if end else None for end in (where.lower, where.upper, where.step)]
        return cut(holder, ends, self.span(where))

    def _no_parts(self, holder: Any, node: ast.Subscript) -> ADError:
        what = "slices" if isinstance(holder, dict) else "elements"
        message = f"{cut_short(ast.unparse(node.value))} is {describe(holder)}, so it has no {what}."
        by_text = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        hint = "An input is a number or a list: take one for each key." if by_text else NO_ELEMENTS
        return ADError("shape", message, self.span(node), hint)

    def _value_attribute(self, node: ast.Attribute) -> Any:
        raise ADError("construct", f"{node.attr} is called: write .{node.attr}( … ).", self.span(node))

    def _value_call(self, node: ast.Call) -> Any:
        target, span = node.func, self.span(node)
        if isinstance(target, ast.Attribute):
            return self._method(target, node, span)
        name = target.id if isinstance(target, ast.Name) else ""
        if name in CALLED and self.frame.find(name) is None:
            if node.keywords:
                raise ADError("argument", f"{name} takes its arguments by position.", self.span(node.keywords[0].value))
            return call_builtin(self, name, [self.value(a) for a in node.args], node)
        function = self.value(target)
        if not isinstance(function, Closure):
            message = f"{describe(function).capitalize()} cannot be called."
            raise ADError("call", message, span, "For a product write *.")
        words = {word.arg: self.value(word.value) for word in node.keywords if word.arg}
        return self.call(function, [self.value(a) for a in node.args], words, span)

    def _method(self, target: ast.Attribute, node: ast.Call, span: Span) -> Any:
        holder, args = self.value(target.value), [self.value(a) for a in node.args]
        return call_method(target.attr, holder, args, span, self.tape.limits)

    def call(self, function: Closure, args: Sequence[Any], words: dict[str, Any], span: Span) -> Any:
        """Call a user's function: as one node if it has a rule of its own, else statement by statement."""
        rule = rule_of(function)
        if rule is not None:
            return call_custom(self, function, rule, bind(function, args, words, span), span)
        return self.enter(function, args, words, span)

    def enter(self, function: Closure, args: Sequence[Any], words: dict[str, Any], span: Span) -> Any:
        """Run a user's function in a frame of its own."""
        self.depth += 1
        self.tape.limits.check("call_depth", self.depth, span, "Does the recursion end?")
        inner = Frame(bind(function, args, words, span), function.frame, function.stored)
        outside, context = self.frame, self.tape.enter("call", function.name, self.depth, span)
        self.frame = inner
        run = in_fresh_thread if self.depth % CALLS_PER_THREAD == 0 else at_once
        end = run(lambda: self.block(function.body))
        self.frame, self.tape.context = outside, context
        self.depth -= 1
        if not isinstance(end, Returned):
            raise ADError("output", f"{function.name} ended without a return.", span, "Return a value on every path.")
        return end.value


@lru_cache(maxsize=KEPT)
def _methods(evaluator: type[Evaluator], prefix: str) -> Mapping[type[ast.AST], Callable[[Any, Any], Any]]:
    """The methods for kinds of syntax nodes, not bound to one evaluator: that would keep itself alive."""
    found = {name: method for owner in reversed(evaluator.__mro__) for name, method in vars(owner).items()}
    kinds = {f"{prefix}{name.lower()}": vars(ast)[name] for name in ACCEPTED}
    return MappingProxyType({kind: found[name] for name, kind in kinds.items() if name in found})
