"""Plans as `terraform show -json` prints them -> resources with the change that each would go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from cogcheck.model import Block, Change, Document, Problem, Resource, Resources, Span, Surroundings, Value, Versions
from cogcheck.record import dataclass
from cogcheck.syntax import json
from cogcheck.syntax.json_tree import Node, Object
from cogcheck.terraform.addresses import without_keys
from cogcheck.terraform.plan_configuration import Configuration, mapping, sequence
from cogcheck.terraform.plan_kinds import is_log, log_refusal, refusal
from cogcheck.terraform.plan_values import BlockReader, Parts
from cogcheck.terraform.weight import MOST, Late, weight

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape

Path = tuple[str | int, ...]
_DEEPEST = 50
_MOST_RESOURCES = 25_000
"""Of modules within each other, and of resources of a type."""
_DESTROYING = ("delete", "forget")
_NAMES: dict[type, str] = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a plan holds: the planned resources of the wanted types, those that would only be destroyed, the problems.

    The destroyed ones have the values from before in `change.before`; there is nothing in them to correct.
    `late` tells what was met while the resources were judged.
    """

    resources: tuple[Resource, ...] = ()
    destroyed: tuple[Resource, ...] = ()
    problems: tuple[Problem, ...] = ()
    late: Callable[[], Late] = Late


def resources(document: Document, types: Mapping[str, BlockShape | None]) -> PlanResult:
    """The resources of these types in a plan. Never raises: what is no plan gives a problem."""
    if is_log(document):
        return PlanResult(problems=(log_refusal(document),))
    data, problem = json.load(document)
    if problem is None:
        problem = refusal(document, data)
    if problem is not None or not isinstance(data, dict):
        return PlanResult(problems=(problem,) if problem is not None else ())
    return _Reader(document, data, types).result()


@dataclass(frozen=True, slots=True)
class _Planned:
    """A resource's entry in a plan: where it is, the address of its module, its plain data."""

    path: Path
    module: str
    raw: Mapping[str, object]

    def text(self, key: str) -> str:
        """A member that must be a string; "" where it is none."""
        value = self.raw.get(key)
        return value if isinstance(value, str) else ""

    @property
    def type(self) -> str:
        """The type, with `data.` in front for a data source."""
        return f"data.{self.text('type')}" if self.raw.get("mode") == "data" else self.text("type")


class PlanSurroundings(Surroundings):
    """What stands around a planned resource: the plan's other resources, read when a rule first asks."""

    def __init__(self, reader: _Reader, versions: Versions, region: Value | None) -> None:
        self._reader = reader
        self.versions = versions
        self.region = region

    @property
    def complete(self) -> bool:
        """Whether the plan is, and nothing in it was left out for a limit."""
        return self._reader.complete

    def resources(self, type_: str) -> Resources:
        """The resources of a type in the whole plan; data sources, as `data.TYPE`, also from the state before it."""
        return self._reader.of_type(type_)


class _Reader:
    """One plan. Places are looked up only for what is asked for."""

    def __init__(self, document: Document, data: Mapping[str, object], types: Mapping[str, BlockShape | None]) -> None:
        self.document = document
        self.data = data
        self.types = types
        self.places = json.Places(document)
        self.configuration = Configuration(document, data)
        self.problems: list[Problem] = []
        self.weight = 0
        self.complete = data.get("errored") is not True and data.get("complete", True) is not False
        self.changes = self._changes()
        self.planned: dict[str, list[_Planned]] = {}
        for root in (("planned_values",), ("prior_state", "values")):
            for entry in self._entries(root):
                if root == ("planned_values",) or entry.type.startswith("data."):
                    self.planned.setdefault(entry.type, []).append(entry)
        self._found: dict[str, Resources] = {}

    def result(self) -> PlanResult:
        """Everything of the wanted types."""
        if self.data.get("errored") is True:
            message = "Terraform stopped with an error while it made this plan, so resources may be missing from it"
            self._note("errored-plan", message, ("errored",))
        found = tuple(resource for type_ in self.types for resource in self.of_type(type_))
        # Its work takes nothing from that on modules: whoever has a plan judged has named it.
        return PlanResult(
            found, tuple(self._destroyed()), tuple(self.problems), lambda: Late(problems=tuple(self.problems))
        )

    def of_type(self, type_: str) -> Resources:
        """The planned resources of a type."""
        if type_ not in self._found:
            self._found[type_] = Resources()  # while they are made, nothing can ask for them
            self._found[type_] = Resources(self._of_type(type_))
        return self._found[type_]

    def _of_type(self, type_: str) -> Iterator[Resource]:
        entries = self.planned.get(type_, ())
        for number, entry in enumerate(entries):
            if number == _MOST_RESOURCES or self.weight > MOST:
                message = f"only {number:,} of {len(entries):,} resources of type {type_} in this plan are looked at"
                self._note("evaluation-limit", f"{message}: more take too long", (*entry.path, "address"))
                self.complete = False
                return
            resource = self._resource(entry)
            self.weight += weight(resource.block, MOST)
            yield resource

    def _left_out(self, reason: str, span: Span) -> None:
        self.problems.append(Problem("evaluation-limit", reason, span))

    def _resource(self, entry: _Planned) -> Resource:
        address, shape = entry.text("address"), self.types.get(entry.type)
        node = self.places.node(entry.path)
        body = node if isinstance(node, Object) else Object((), 0, 0)
        path, raw = self.changes.get(address, ((), {}))
        change = mapping(raw.get("change"))
        unknown = self.places.node((*path, "change", "after_unknown")) if path and change.get("after_unknown") else None
        configured = self.configuration.resource(
            entry.module, str(entry.raw.get("mode", "managed")), entry.text("type"), entry.text("name")
        )
        reader = BlockReader(self.document, entry.module, self.configuration.hides_references, self._left_out)
        parts = Parts(body.get("values"), unknown, body.get("sensitive_values"), change.get("before"))
        written = mapping(configured.get("expressions")) if configured is not None else None
        header, span = self._header(entry.path, body), Span(self.document, body.start, body.end)
        return Resource(
            entry.type,
            entry.text("name"),
            address,
            reader.block(entry.type, header, span, parts, shape, written),
            self._surroundings(entry.raw, configured),
            identity=without_keys(address),
            change=self._change(path, change, entry.type, header) if path else None,
        )

    def _destroyed(self) -> Iterator[Resource]:
        planned = {entry.text("address") for entries in self.planned.values() for entry in entries}
        for address, (path, raw) in self.changes.items():
            type_, change = raw.get("type"), mapping(raw.get("change"))
            gone = any(action in _DESTROYING for action in sequence(change.get("actions")))
            if not isinstance(type_, str) or type_ not in self.types or address in planned or not gone:
                continue
            node = self.places.node(path)
            body = node if isinstance(node, Object) else Object((), 0, 0)
            header = self._header(path, body)
            name = raw.get("name")
            yield Resource(
                type_,
                name if isinstance(name, str) else "",
                address,
                Block(type_, header, Span(self.document, body.start, body.end)),
                self._surroundings(raw, None),
                instances=False,
                identity=without_keys(address),
                change=self._change(path, change, type_, header),
            )

    def _surroundings(self, raw: Mapping[str, object], configured: Mapping[str, object] | None) -> PlanSurroundings:
        provider = raw.get("provider_name")
        versions = self.configuration.versions(provider) if isinstance(provider, str) else Versions()
        return PlanSurroundings(self, versions, self.configuration.region(configured))

    def _change(self, path: Path, raw: Mapping[str, object], type_: str, header: Span) -> Change:
        actions = tuple(action for action in sequence(raw.get("actions")) if isinstance(action, str))
        before = self._side((*path, "change", "before"), type_, header, None)
        unknown = self.places.node((*path, "change", "after_unknown")) if raw.get("after_unknown") else None
        after = self._side((*path, "change", "after"), type_, header, unknown)
        paths = tuple(_dotted(each) for each in sequence(raw.get("replace_paths")))
        return Change(actions, before, after, paths)

    def _side(self, path: Path, type_: str, header: Span, unknown: Node | None) -> Block | None:
        """All values before or after a change, whoever set them."""
        node = self.places.node(path)
        if not isinstance(node, Object):
            return None
        reader = BlockReader(self.document, "", hides_references=False)
        span = Span(self.document, node.start, node.end)
        return reader.block(type_, header, span, Parts(node, unknown), self.types.get(type_), None)

    def _header(self, path: Path, body: Object) -> Span:
        """A resource's place: its address in the plan."""
        node: Node | None = body.get("address") or self.places.node(path)
        return Span(self.document, node.start, node.end) if node is not None else Span(self.document, 0, 0)

    def _entries(self, root: Path) -> Iterator[_Planned]:
        """The resources of a tree of modules, in the order of the plan."""
        values = self._object(self._at(root), root)
        pending: list[tuple[Path, object]] = [((*root, "root_module"), values.get("root_module"))]
        while pending:
            path, value = pending.pop()
            if len(path) > 2 * _DEEPEST:
                message = f"more than {_DEEPEST} modules within each other: those further down are not looked at"
                self._note("evaluation-limit", message, path)
                self.complete = False
                continue
            module = self._object(value, path)
            address = module.get("address")
            for index, entry in enumerate(self._list(module.get("resources"), (*path, "resources"))):
                where = (*path, "resources", index)
                raw = self._object(entry, where)
                planned = _Planned(where, address if isinstance(address, str) else "", raw)
                if raw and self._is_complete(raw, where):
                    yield planned
            children = self._list(module.get("child_modules"), (*path, "child_modules"))
            pending += reversed([((*path, "child_modules", index), child) for index, child in enumerate(children)])

    def _changes(self) -> dict[str, tuple[Path, Mapping[str, object]]]:
        found: dict[str, tuple[Path, Mapping[str, object]]] = {}
        for index, entry in enumerate(self._list(self.data.get("resource_changes"), ("resource_changes",))):
            path = ("resource_changes", index)
            raw = self._object(entry, path)
            address = raw.get("address")
            # A deposed object is what a failed replacement left behind: it is no change of the resource itself.
            if isinstance(address, str) and "deposed" not in raw:
                self._object(raw.get("change"), (*path, "change"))
                found[address] = path, raw
        return found

    def _at(self, path: Path) -> object:
        current: object = self.data
        for key in path:
            current = mapping(current).get(str(key))
        return current

    def _is_complete(self, raw: Mapping[str, object], path: Path) -> bool:
        wrong = [key for key in ("address", "type", "name") if not isinstance(raw.get(key), str)]
        for key in wrong:
            where = (*path, key) if key in raw else path
            self._note("not-a-plan", f"A planned resource has {_words(raw, key)} for its {key}, not a string", where)
        values = raw.get("values")
        self._object(values, (*path, "values"))
        return not wrong and (values is None or isinstance(values, dict))

    def _object(self, value: object, path: Path) -> Mapping[str, object]:
        if value is not None and not isinstance(value, dict):
            self._note("not-a-plan", f"{_title(path)} must be an object, not {_name(value)}", path)
        return mapping(value)

    def _list(self, value: object, path: Path) -> list[object]:
        if value is not None and not isinstance(value, list):
            self._note("not-a-plan", f"{_title(path)} must be a list, not {_name(value)}", path)
        return list(sequence(value))

    def _note(self, slug: str, message: str, path: Path) -> None:
        node = self.places.node(path)
        start, end = (node.start, node.end) if node is not None else (0, 1)
        self.problems.append(Problem(slug, message, Span(self.document, start, min(end, start + 200))))


def _dotted(path: object) -> str:
    """`["schema", 0, "name"]` as `schema[0].name`."""
    text = ""
    for step in sequence(path):
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _title(path: Path) -> str:
    last = path[-1]
    return f"Entry {last} of the plan's {path[-2]}" if isinstance(last, int) else f"The plan's {last}"


def _words(raw: Mapping[str, object], key: str) -> str:
    return _name(raw[key]) if key in raw else "nothing"


def _name(value: object) -> str:
    return _NAMES.get(type(value), "null" if value is None else "a number")
