from __future__ import annotations

import pickle
from dataclasses import dataclass as python_dataclass
from dataclasses import field, is_dataclass, replace
from pathlib import Path

import cogcheck
from cogcheck.record import dataclass


@python_dataclass(frozen=True, slots=True)
class Pythons:
    text: str = field(repr=False)
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    text: str = field(repr=False)
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class Named:
    name: str
    rest: list[int]

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    name: str


def test_they_are_what_pythons_are() -> None:
    ours, pythons = Ours("a", (1,)), Pythons("a", (1,))
    assert is_dataclass(ours)
    assert Ours.__slots__ == Pythons.__slots__
    assert (repr(ours), hash(ours)) == (repr(pythons).replace("Pythons", "Ours"), hash(pythons))
    assert ours == Ours("a", (1,)) == replace(Ours("b", (1,)), text="a") == pickle.loads(pickle.dumps(ours))
    assert len({ours, Ours("a", (1,)), Ours("a", (2,)), Ours("b")}) == 3


def test_an_own_hash_and_identity_stay() -> None:
    assert hash(Named("a", [])) == hash("a")
    assert Itself("a") != Itself("a")


def test_all_classes_use_them() -> None:
    package = Path(cogcheck.__file__).parent
    texts = {path.name: path.read_text("utf-8") for path in package.rglob("*.py") if path.name != "record.py"}
    assert [name for name, text in texts.items() if "dataclasses import dataclass" in text] == []
