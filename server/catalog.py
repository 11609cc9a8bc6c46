"""What the service can do, for the page to build its menus and the table of rules from."""

from __future__ import annotations

from typing import Any

from adcore import MODES, PRIMITIVES
from adcore.algebras.text import LATEX, PLAIN, Style, TextAlgebra, Written
from adcore.events import KINDS, PHASES
from adcore.interpreter import formula
from adcore.modes import Mode
from adcore.modes.second import SECOND_MODES, SecondMode
from adcore.rules import Rule
from server import gallery
from server.labs import LABS
from server.settings import Settings


def catalog(settings: Settings) -> dict[str, Any]:
    """The body of GET /api/catalog."""
    return {
        "primitives": [_primitive(name, rule) for name, rule in PRIMITIVES.items()],
        "modes": [_mode(mode) for table in (MODES, SECOND_MODES) for mode in table.values()],
        "ways": [{"way": mode.name, "label": mode.label} for mode in MODES.values()],
        "examples": [example.to_json() for example in gallery.EXAMPLES],
        "labs": [lab.to_json() for lab in LABS.values()],
        "limits": settings.to_json(),
        "phases": list(PHASES),
        "kinds": list(KINDS),
    }


def _mode(mode: Mode | SecondMode) -> dict[str, Any]:
    return {"name": mode.name, "label": mode.label, "help": mode.help, "traced": mode.traced}


def _primitive(name: str, rule: Rule) -> dict[str, Any]:
    """One row of the table: what it is called and looks like, its partials, where it holds, what is agreed at kinks."""
    row = rule.row
    partials = [
        {"wrt": letter, "text": text, "latex": formula(TextAlgebra(LATEX), graph, *_letters(rule, LATEX)).text}
        for letter, text, graph in zip(row.args, row.partials, rule.partials, strict=True)
    ]
    kink = f"{row.kink}: {row.convention}" if row.kink else ""
    return {
        "name": name,
        "signature": _applied(rule, PLAIN),
        "latex": _applied(rule, LATEX),
        "partials": partials,
        "domain": row.domain,
        "kink": kink,
        "sentence": row.remark,
    }


def _applied(rule: Rule, style: Style) -> str:
    return TextAlgebra(style).apply(rule, _letters(rule, style)[0]).text


def _letters(rule: Rule, style: Style) -> tuple[list[Written], Written]:
    """The row's letters, as arguments, and `out`."""
    writer = TextAlgebra(style)
    return [writer.letter(letter) for letter in rule.row.args], writer.letter("out")
