"""What cannot be read as a program: the place, what is wrong there in plain words, and a way out.

Python's parser refuses some texts; others are Python, but not of this language.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection
from types import MappingProxyType

from adcore.errors import START, ADError
from adcore.spelling import Spelling

CLOSING = MappingProxyType({"(": ")", "[": "]", "{": "}"})
FOREIGN = MappingProxyType(
    {
        "Import": ("imports", "Every function of the language is there already: write sin(x), not math.sin(x)."),
        "ImportFrom": ("imports", "Every function of the language is there already."),
        "ClassDef": ("classes", "Use functions and lists."),
        "Lambda": ("lambda", ""),
        "JoinedStr": ("text made of values", 'A key of a dict is plain text, p["w"]; a derivative needs no mark.'),
        "NamedExpr": (":= operator", "Assign on a line of its own."),
        "GeneratorExp": ("generator expressions", "Write a list: [ … for … ]."),
        "SetComp": ("sets", "Write a list: [ … for … ]."),
        "Set": ("sets", "Write a list."),
        "DictComp": ("dict comprehensions", "Fill the dict in a loop."),
        "Starred": ("starred expressions", "Name each value."),
        "Try": ("try", "Test with if instead."),
        "With": ("with", "There is nothing to open or close."),
        "Match": ("match", "Use if and elif."),
        "Raise": ("raise", "A derivative needs a value on every path."),
        "Assert": ("assert", "Test with if instead."),
        "Delete": ("del", "A name, or a key of a dict, may simply stay."),
        "AnnAssign": ("annotations", "Write x = 1."),
        "Yield": ("yield", "Collect the values in a list."),
        "YieldFrom": ("yield", "Collect the values in a list."),
        "BitOr": ("| operator", "Write abs(x) for |x|, or `or` between conditions."),
        "BitAnd": ("& operator", "Write `and` between conditions."),
        "MatMult": ("@ operator", "Write the sum of products: sum([a*b for a, b in zip(u, v)])."),
        "Invert": ("~ operator", "Write 1 - x, or `not` before a condition."),
        "LShift": ("shifts", "Write x * 2**n."),
        "RShift": ("shifts", "Write x // 2**n."),
        "Is": ("is", "Compare numbers with ==."),
        "IsNot": ("is not", "Compare numbers with !=."),
        "Global": ("global", "Pass the value in and return it."),
        "Nonlocal": ("nonlocal", "Pass the value in and return it."),
    }
)
"""What Python has and the language has not: how it is called, and what to write instead."""
WORDS = ("lambda", "class", "is", "in", "as", "def", "del", "with")
"""Words of Python that people take for names."""


def syntax_error(spelling: Spelling, error: SyntaxError, functions: Collection[str]) -> ADError:
    """Python's refusal as ours. `functions` are the names after which brackets are what is missing."""
    row = min(max(error.lineno or 1, 1), len(spelling.text_lines))
    before = spelling.text_lines[row - 1]
    line = re.split(r"\r|\n", spelling.text[before:], maxsplit=1)[0]
    column = min(max(error.offset or 1, 1) - 1, len(line))
    if "too many" in error.msg and "nested" in error.msg:
        return ADError("limit", "The program is too deeply nested (syntax_depth).", START, "Name the parts.")
    if "forgot a comma" in error.msg:
        column = _second_of_two(line, column, (error.end_offset or 0) - 1)
    pair = re.search(r"([A-Za-z_]\w*)[ \t]+\Z", line[:column])
    block = _block_words(line, column, error.msg)
    if block:
        message, hint = block
    elif pair and re.match(r"[A-Za-z_(\d]", line[column:]) and not keyword.iskeyword(pair[1]):
        column = pair.start()
        typed = spelling.typed(before + column, before + pair.end(1))
        is_call = pair[1] in functions
        message = f"{'Brackets are' if is_call else 'An operator is'} missing after {typed}."
        hint = f"Write {typed}(…)." if is_call else f"Write {typed}*…, or a comma between arguments."
    else:
        message, hint = _syntax_words(line, column, error.msg)
    word = re.match(r"\w+", line[column:])
    start = before + column
    return ADError("syntax", message, spelling.span(start, start + len(word[0] if word else "")), hint)


def _second_of_two(line: str, start: int, end: int) -> int:
    """Where the second begins of two expressions between which Python misses a comma: `x y` in sin(x y)."""
    gaps = re.finditer(r"(?<=[\w)\]])[ \t]+(?=[A-Za-z_(\d])", line[start : max(end, start)])
    return max((start + gap.end() for gap in gaps), default=start)


def _block_words(line: str, column: int, python: str) -> tuple[str, str] | None:
    """Of a line that begins a block, or should stand in one: what is missing. None where that is not what is wrong."""
    if python.startswith("expected an indented block"):
        return "This line is to stand inside what the line above begins.", "Put four blanks before it."
    head = re.match(r"\s*(for|while|if|elif|else|def)\b", line)
    if head is None:
        return None
    if re.match(r"\s*else\s+if\b", line):
        return "else if is one word in Python.", "Write elif."
    if head[1] == "for" and not re.match(r"\s*for\s+[^=;]+\sin\b", line):
        return "A loop runs over a range or a list.", "Write `for i in range(3):` or `for a in v:`."
    if python.endswith("instead of '='?") and head[1] in ("if", "elif", "while"):
        return "One = gives a value a name; it does not compare.", "Compare with ==."
    stops_short = python == "invalid syntax" and head[1] != "def" and ":" not in line and column < len(line.rstrip())
    if python == "expected ':'" or stops_short:
        return "A colon is missing here.", f"The part that begins with {head[1]} ends with a colon."
    return None


def _syntax_words(line: str, column: int, python: str) -> tuple[str, str]:
    if python.startswith(("unexpected indent", "unindent", "inconsistent use of tabs")):
        return "The blanks before this line fit no line above.", "The lines of one block begin with the same blanks."
    word = re.match(r"[A-Za-z_]\w*", line.strip())
    rest = line[column:]
    if word and word[0] in WORDS and not re.match(r"\s*def\b\s*\w*\s*\(", line):
        return f"{word[0]} is a word of the language, so it cannot be a name.", f"Write {word[0]}_ instead."
    if rest.startswith("?"):
        return "The choice c ? a : b is written differently here.", "Write a if c else b."
    if python.startswith("expected 'else'") and re.search(r"\belse\b", rest):
        return "What stands between if and else cannot be read.", "Compare with ==, join conditions with and, or."
    if rest.startswith("|"):
        return "| has no meaning here.", "Write `or` between conditions, abs(x) for |x|."
    if rest.startswith("!"):
        return "There is no factorial sign.", "Write gamma(n + 1) for n!."
    head = re.match(r"\s*([A-Za-z_]\w*\([\w\s,]*\))\s*=", line)
    if head and python.startswith("cannot assign to function call"):
        return "A function is defined with def.", f"Write def {head[1]}: return …, or only what stands behind the =."
    if column >= len(line.rstrip()):
        return "Something is missing at the end of this line.", "An operator needs a value on both sides."
    if re.search(r"[)\]][ \t]*\Z", line[:column]) and re.match(r"\w|\(", rest):
        return "An operator is missing after the bracket.", "Write (…)*… for a product."
    return _python_words(python)


def _python_words(python: str) -> tuple[str, str]:
    """What Python's parser said, with a way out."""
    bracket = re.search(r"'([(\[{])' was never closed", python)
    if bracket:
        return f"This {bracket[1]} is never closed.", f"Add {CLOSING[bracket[1]]} where it ends."
    if python.startswith("unmatched"):
        return f"{python[11:12]} closes nothing.", "Remove it, or open it further left."
    if python.startswith("unterminated"):
        return (
            "This quotation mark is never closed.",
            'A key ends with the mark it begins with, p["w"]; a derivative needs no mark.',
        )
    if python.startswith("expected 'else'"):
        return "An else is missing after this.", "Write a if c else b: both cases have a value."
    if python == "invalid syntax":
        return "This cannot be read here.", "An operator, a bracket or a comma may be missing or too many just before."
    words = python[:1].upper() + python[1:]
    return f"This cannot be read. {words}{'' if words.endswith(('.', '?')) else '.'}", ""
