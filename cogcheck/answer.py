"""Three-valued logic: yes, no, or cannot tell, with the places that decided it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NoReturn

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cogcheck.model import Span, Value


class Truth(Enum):
    """The three answers."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An argument or block that decided an answer.

    `path` is dotted with indexes, `key` the same with natural keys (`schema[name=alpha].mutable`), which survives
    re-ordering.
    `absent` where the argument is missing: the span is then the header of the block that lacks it.
    `maybe` where it stands in a block that may not occur.
    """

    path: str
    key: str
    span: Span
    value: Value | None = None
    absent: bool = False
    maybe: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence; `reasons` say why it cannot be told."""

    truth: Truth
    places: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("an Answer has three values: compare its truth")


def all_of(answers: Iterable[Answer]) -> Answer:
    """No where one is no, else cannot tell where one is, else yes. The evidence is that of the deciding answers."""
    return _combine(answers, decisive=Truth.NO, otherwise=Truth.YES)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes where one is yes, else cannot tell where one is, else no."""
    return _combine(answers, decisive=Truth.YES, otherwise=Truth.NO)


def doubt(answer: Answer) -> str | None:
    """Why something that decided may not occur at all."""
    return next((place.maybe for place in answer.places if place.maybe is not None), None)


def negate(answer: Answer) -> Answer:
    """Yes for no and no for yes; a no because of what may not occur is no certain yes."""
    if answer.truth is Truth.CANNOT_TELL:
        return answer
    if answer.truth is Truth.NO and (reason := doubt(answer)) is not None:
        return Answer(Truth.CANNOT_TELL, answer.places, (reason,))
    return Answer(Truth.NO if answer.truth is Truth.YES else Truth.YES, answer.places, answer.reasons)


def _combine(answers: Iterable[Answer], decisive: Truth, otherwise: Truth) -> Answer:
    truth = otherwise
    deciding: list[Answer] = []
    for answer in answers:
        found = answer.truth
        if found is truth:
            deciding.append(answer)
        elif truth is otherwise or found is decisive:
            truth = found
            deciding = [answer]
    if len(deciding) == 1:
        return deciding[0]
    if not deciding:
        return Answer(otherwise)
    if truth is decisive:
        # What certainly occurs decides before what may not.
        deciding = [answer for answer in deciding if doubt(answer) is None] or deciding
    places = tuple(dict.fromkeys(place for answer in deciding for place in answer.places))
    reasons = tuple(dict.fromkeys(reason for answer in deciding for reason in answer.reasons))
    return Answer(truth, places, reasons)
