"""Lessons as the page shows them: Markdown to HTML, formulas to elements, `{{ expressions }}` to their numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline

import adcore
from adcore.limits import Limits
from server.tutor.exercises import KINDS
from server.tutor.lessons import Derived, Lesson, Live, Practice, Question, Sample
from server.tutor.listings import write_form
from server.tutor.quantities import SHOWN, evaluate, write, write_latex
from server.tutor.replies import COMPUTED

Writer = Callable[[float, int], str]
MODE_WORDS: Mapping[str, str] = MappingProxyType(
    {"forward": "forward mode", "reverse": "reverse mode", "forward-over-reverse": "second order"}
)


JOINER = "\u2060"
"""Keeps a comma on the line of the formula before it, and a bracket on that of the one after it."""


SCROLLED = ' block tabindex="0" role="group" aria-label="Formula"'
"""A formula on its own line may be wider than the page: a keyboard must be able to move it."""


class Prose:
    """Renders the texts of one lesson. HTML in them is shown as text."""

    def __init__(self, programs: Mapping[str, Sample]) -> None:
        self.programs = programs
        self.markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        self.markdown.inline.ruler.before("escape", "computed", _computed)
        self.markdown.inline.ruler.before("escape", "formula", _formula)
        self.markdown.add_render_rule("computed", lambda _, tokens, at, *rest: self.number(tokens[at].content))
        self.markdown.add_render_rule("formula", lambda _, tokens, at, *rest: self.formula(tokens[at]))

    def render(self, text: str) -> str:
        """Paragraphs, headings, lists and tables."""
        return str(self.markdown.render(text))

    def render_line(self, text: str) -> str:
        """The same for what stands inside a paragraph."""
        return str(self.markdown.renderInline(text))

    def number(self, text: str) -> str:
        """A number of the prose, marked as computed."""
        return f'<span class="computed">{escapeHtml(self.fill(text, write))}</span>'

    def formula(self, token: Any) -> str:
        """A formula; one between two pairs of dollars stands on a line of its own."""
        block = SCROLLED if token.markup == "$$" else ""
        latex = escapeHtml(self.fill(token.content, write_latex))
        return f'{token.meta["before"]}<wg-math latex="{latex}"{block}></wg-math>{token.meta["after"]}'

    def fill(self, text: str, writer: Writer) -> str:
        """A text with its numbers, as `writer` writes them."""
        return COMPUTED.sub(lambda match: writer(evaluate(match[1], self.programs), int(match[2] or SHOWN)), text)


def _computed(state: StateInline, silent: bool) -> bool:
    """Reads `{{ expression }}`."""
    match = COMPUTED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("computed", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    """Reads `$LaTeX$` and `$$LaTeX$$`."""
    if not state.src.startswith("$", state.pos):
        return False
    mark = "$$" if state.src.startswith("$$", state.pos) else "$"
    start = state.pos + len(mark)
    end = state.src.find(mark, start)
    if end < 0:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.markup, token.content = mark, state.src[start:end].strip()
        before, after = state.src[: state.pos][-1:], state.src[end + len(mark) :][:1]
        token.meta["before"] = JOINER if before == "(" else ""
        token.meta["after"] = JOINER if after in tuple(".,;:?)") else ""
    state.pos = end + len(mark)
    return True


def render_lesson(lesson: Lesson, limits: Limits) -> list[dict[str, Any]]:
    """The parts of a lesson as plain data for the template; every number in them is computed now."""
    prose = Prose(lesson.programs)
    places = iter(range(len(lesson.questions)))
    parts = [
        _asked(part, next(places), prose) if isinstance(part, Question) else _shown(part, prose, limits)
        for part in lesson.parts
        if not isinstance(part, Sample) or part.shown
    ]
    return [*parts, _practice(lesson.practice)] if lesson.practice else parts


def _practice(practice: Practice) -> dict[str, Any]:
    """The exercise that fits the lesson."""
    fields = _program(practice.program) | {"kind": practice.kind, "seed": 0, "level": practice.level}
    title = KINDS[practice.kind].title
    return {"kind": "practice", "address": "/exercise#" + urlencode(fields), "title": title}


def _shown(part: str | Sample | Live | Derived, prose: Prose, limits: Limits) -> dict[str, Any]:
    if isinstance(part, str):
        return {"kind": "prose", "html": prose.render(part)}
    if isinstance(part, Derived):
        text = write_form(part.form, part.program, limits)
        return {"kind": "program", "name": part.form.capitalize(), "source": text, "latex": "", "at": ""}
    if isinstance(part, Sample):
        latex = adcore.parse(part.source, part.point, limits).latex if part.typeset else ""
        address = "/#" + urlencode(_view(part, "reverse"))
        at = _point(part.point)
        return {
            "kind": "program",
            "name": "Program",
            "source": part.source,
            "latex": latex,
            "at": at,
            "address": address,
        }
    fields = _view(part.program, part.mode) | {"step": part.step}
    if part.seed:
        fields["seed"] = json.dumps(dict(part.seed))
    words = f"{part.program.name.replace('_', ' ').capitalize()}, {MODE_WORDS[part.mode]}, to be stepped through"
    return {"kind": "live", "address": "/embed#" + urlencode(fields), "title": words}


def _view(program: Sample, mode: str) -> dict[str, Any]:
    return _program(program) | {"mode": mode}


def _program(program: Sample) -> dict[str, Any]:
    return {"f": program.source, "at": json.dumps(dict(program.point))}


def _point(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_written(value)}" for name, value in point.items())


def _written(value: Any) -> str:
    return f"({', '.join(map(_written, value))})" if isinstance(value, Sequence) else write(float(value))


def _asked(question: Question, place: int, prose: Prose) -> dict[str, Any]:
    options = [prose.render_line(option.text) for option in question.options] if question.kind == "choice" else []
    words = {"ask": prose.render_line(question.ask), "hint": prose.render_line(question.hint)}
    return {"kind": "question", "form": question.kind, "place": place, "options": options, **words}
