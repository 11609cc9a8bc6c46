"""Style sheets say what they seem to say: a brace too many silently takes the next rule away."""

import re
from collections.abc import Iterator

from tests.structure.sources import Source, page_sources

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_braces_are_balanced():
    sheets = [source for source in page_sources() if str(source.path).endswith(".css")]
    assert len(sheets) > 10
    assert [line for sheet in sheets for line in unbalanced(sheet)] == []


def test_the_check_finds_a_brace_too_many_or_too_few():
    assert list(unbalanced(Source("a.css", "a { b: c }\n}\n@media d { e { f: g } }")))
    assert list(unbalanced(Source("a.css", "a { b: c\n")))
    assert not list(unbalanced(Source("a.css", "/* } */ a { b: c }")))


def unbalanced(sheet: Source) -> Iterator[str]:
    depth = 0
    for character in COMMENT.sub("", sheet.text):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            yield f"{sheet.path} has a brace too many"
            return
    if depth:
        yield f"{sheet.path} has a brace too few"
