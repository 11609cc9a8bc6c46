"""What may be asked, as strict JSON: no unknown fields, no true for 1, no null for nothing, no lone surrogates."""

from __future__ import annotations

import json
import math
from types import MappingProxyType
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from adcore import MODES
from adcore.errors import ADError, Span
from adcore.modes import TRACED

LONGEST_NAME = 64
DEEPEST_VALUE = 2

NUMBER_WORDS = MappingProxyType(
    {"nan": math.nan, "inf": math.inf, "infinity": math.inf, "-inf": -math.inf, "-infinity": -math.inf}
)


def _refuse(words: str) -> NoReturn:
    raise PydanticCustomError("words", "{words}", {"words": words})


def read_number(value: Any) -> float:
    """A JSON number, or one of the words for what JSON cannot write."""
    if type(value) is float:  # as nearly all are
        return value
    if isinstance(value, str) and value.lower() in NUMBER_WORDS:
        return NUMBER_WORDS[value.lower()]
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse('must be a number, or one of the words "nan", "inf" and "-inf"')
    try:
        return float(value)
    except OverflowError:
        _refuse('is too large for a number; infinity is written "inf"')


def read_value(value: Any, depth: int = 0) -> Any:
    """A number, or lists of numbers."""
    if not isinstance(value, list):
        return read_number(value)
    if depth == DEEPEST_VALUE:
        _refuse("has lists nested too deeply: a matrix is a list of rows")
    return [read_value(element, depth + 1) for element in value]


def read_name(name: str) -> str:
    """The name of an input."""
    if not is_name(name):
        _refuse("has a name in it that no input can have")
    return name


def read_text(text: str) -> str:
    """Text that can be sent back: without halves of characters."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("has half of a character in it")
    return text


def is_name(text: str) -> bool:
    """Whether an input could be called this."""
    return text.isidentifier() and len(text) <= LONGEST_NAME


def read_choice(*allowed: str) -> PlainValidator:
    """One of some words."""

    def choose(value: Any) -> str:
        if value not in allowed:
            _refuse(f"must be one of {', '.join(allowed)}")
        return str(value)

    return PlainValidator(choose)


def number_schema() -> dict[str, Any]:
    """A number, for /openapi.json."""
    return {"anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}


def value_schema() -> dict[str, Any]:
    """A number or lists of numbers, for /openapi.json."""
    return {"anyOf": [*number_schema()["anyOf"], {"type": "array"}]}


Name = Annotated[str, AfterValidator(read_name)]
Text = Annotated[str, AfterValidator(read_text)]
Value = Annotated[Any, PlainValidator(read_value), WithJsonSchema(value_schema())]
Number = Annotated[float, PlainValidator(read_number), WithJsonSchema(number_schema())]
Mode = Annotated[str, read_choice(*MODES), WithJsonSchema({"enum": list(MODES)})]
SweepMode = Annotated[str, read_choice(*TRACED), WithJsonSchema({"enum": list(TRACED)})]
Way = Annotated[str, read_choice(*MODES), WithJsonSchema({"enum": list(MODES)})]
Point = dict[Name, Value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Program(_Strict):
    """A program, perhaps at a point."""

    source: str
    point: Point | None = None


class Question(_Strict):
    """A program, a point, and how to sweep."""

    source: str
    point: Point
    mode: SweepMode = "reverse"
    seed: Point | None = None
    weights: list[Number] | None = None
    shared: bool = False

    def asked(self) -> dict[str, Any]:
        """The question alone, as the jobs take it."""
        return {name: getattr(self, name) for name in Question.model_fields}


class TraceQuestion(Question):
    """A question, and the event to begin with."""

    start: int = Field(0, alias="from", ge=0)


class ExplainQuestion(Question):
    """A question, and which steps to explain."""

    start: int = Field(alias="from", ge=0)
    count: int = Field(ge=1)


class CompareQuestion(_Strict):
    """A program at a point, and the ways to differentiate it."""

    source: str
    point: Point
    ways: list[Way] = Field(min_length=1, max_length=len(MODES))
    simplify: bool = False


class LabQuestion(_Strict):
    """A program at a point, and the options of a lab, which the lab reads."""

    source: str
    point: Point
    options: dict[str, Any] = Field(default_factory=dict)


class DiffQuestion(_Strict):
    """A program at a point, and one mode."""

    source: str
    point: Point
    mode: Mode = "reverse"


class LessonAnswer(_Strict):
    """An answer to one question of a lesson, counted from 0, as it was typed; of a choice the position, as text."""

    place: int = Field(ge=0)
    answer: str
    reveal: bool = False


class Opening(Question):
    """The first live message: the question that the moves vary."""

    type: Literal["open"]
    id: int


class Move(_Strict):
    """A live message: the same question elsewhere."""

    type: Literal["move"]
    id: int
    point: Point
    step: int = Field(0, ge=0)


M = TypeVar("M", bound=BaseModel)


def read_json(body: bytes | str) -> Any:
    """Parse JSON. Errors: not JSON, not UTF-8, nested without end, NaN written as a number."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_patiently(body)


def _read_patiently(body: bytes | str) -> Any:
    """The same for what the quick reader refuses, rightly or not: halves of characters, numbers beyond all bounds."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        hint = 'Infinities and not-a-number are written "inf", "-inf", "nan".'
        raise ADError("json", "The request is not JSON.", None, hint) from error


def read_question(model: type[M], content: Any) -> M:
    """Parsed JSON as a question. Errors name the field and say what it must be."""
    if isinstance(content, dict) and isinstance(content.get("source"), str):
        _refuse_surrogates(content["source"])
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)[0]
        raise ADError("field", _in_words(details), None, "See /openapi.json for what can be asked.") from error


def _no_constant(_: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _in_words(details: ErrorDetails) -> str:
    """What is wrong with which field. Only names that could be ours or an input's are repeated."""
    parts = [str(part) for part in details["loc"] if isinstance(part, int) or is_name(part)]
    field = f'The field "{".".join(parts)}"' if parts else "The request"
    said = {
        "missing": "is missing",
        "extra_forbidden": "is not known here" if parts else "has a field that is not known here",
        "string_type": "must be text",
        "bool_type": "must be true or false",
        "dict_type": "must be an object",
        "model_type": "must be an object",
        "list_type": "must be a list",
        "int_type": "must be a whole number",
        "words": str(details.get("ctx", {}).get("words")),
    }
    return f"{field} {said.get(details['type'], 'cannot have this value')}."


def _refuse_surrogates(source: str) -> None:
    """Half a character cannot be encoded, so it would break whatever repeats it."""
    for at, character in enumerate(source):
        if "\ud800" <= character <= "\udfff":
            line = source.count("\n", 0, at) + 1
            column = at - source.rfind("\n", 0, at)
            span = Span(line, column, line, column + 1)
            raise ADError("character", "Here is half of a character.", span, "Type the character again.")
