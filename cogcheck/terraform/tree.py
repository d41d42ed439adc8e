"""The tree of module instances below a root module, and the values of their variables, locals and outputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from cogcheck.model import Null, Problem, Span, Unknown, Value
from cogcheck.record import dataclass
from cogcheck.syntax.body import Expression
from cogcheck.terraform.addresses import join
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import NOTHING, evaluate
from cogcheck.terraform.instances import ONE, Instance, Instances, instances, unknown_instances
from cogcheck.terraform.lookup import ModuleScope
from cogcheck.terraform.scope import Inner, Scope
from cogcheck.terraform.sources import Sources
from cogcheck.terraform.travel import sensitive
from cogcheck.terraform.variables import GivenValues, converted, declared_type, is_set
from cogcheck.terraform.weight import MOST, Late, weight

if TYPE_CHECKING:
    from cogcheck.model import Block
    from cogcheck.options import Options
    from cogcheck.terraform.module import Declaration, Module

_DEEPEST = 30
_MOST_NODES = 10_000
_MOST_RESOURCES = 25_000
_STEPS_FOR_EACH = 2_000
_MOST_STEPS = 2_000_000
"""These take some seconds."""


@dataclass(frozen=True, slots=True)
class Children:
    """The instances of a module call, none with a `reason` where its module is not read."""

    instances: Instances
    nodes: tuple[Node, ...] = ()
    reason: str | None = None


class Tree:
    """A root module with everything that it calls.

    `evaluating` holds the addresses of the resource arguments whose values are being looked for, `problems` as keys
    what was reported. `cut` tells whether resources were left out.
    """

    def __init__(self, directory: str, sources: Sources, options: Options) -> None:
        self.directory = directory
        self.sources = sources
        self.options = options
        self.given = GivenValues(sources, directory, options)
        self.budget = Budget()
        self._problems: dict[tuple[str, Span], Problem] = {}
        self.size = 0
        self.resources = 0
        self.weight = 0
        self.cut = False
        self.evaluating: set[str] = set()
        self.root = Node(self, directory, "", None, None, ONE.items[0])

    def allow(self, span: Span) -> bool:
        """Whether there may be one more resource. Gives the budget what it may take: a large tree is no hostile one."""
        if self.full:
            limit = f"more than {_MOST_RESOURCES:,} resources"
            if self.weight >= MOST:
                limit = f"more blocks and values than can be judged in some seconds, in {self.resources:,} resources"
            self.budget.note("resources", f"a root module has {limit}: the others were not looked at", span)
            self.cut = True
            return False
        self.resources += 1
        self.budget.steps = min(self.budget.steps + _STEPS_FOR_EACH, _MOST_STEPS)
        return True

    @property
    def full(self) -> bool:
        """Whether there may be no more resources."""
        return self.resources >= _MOST_RESOURCES or self.weight >= MOST

    def weigh(self, block: Block) -> None:
        """Take account of a resource that is to be judged."""
        self.weight += weight(block, MOST)

    def late(self) -> Late:
        """What was met so far."""
        return Late(self.budget.used + 2 * self.weight, (*self.problems, *self.budget.exceeded))

    def report(self, slug: str, message: str, span: Span) -> None:
        """Records a problem, once for each place."""
        self._problems.setdefault((slug, span), Problem(slug, message, span))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was recorded."""
        return tuple(self._problems.values())


class Node:
    """One instance of a module: the root, or one instance of a call.

    `address` is `module.auth["eu"]`, empty for the root. `exists` is False where the call certainly has no instances.
    `bare` is a module as `terraform validate` sees it: nothing is known of its variables.
    """

    def __init__(
        self,
        tree: Tree,
        directory: str,
        address: str,
        parent: Node | None,
        call: Declaration | None,
        instance: Instance,
        exists: bool = True,
    ) -> None:
        self.tree = tree
        self.directory = directory
        self.address = address
        self.parent = parent
        self.call = call
        self.exists = exists
        self.bare = False
        self.module: Module = tree.sources.module(directory)
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.scope: Scope = ModuleScope(self)
        self._call_names = instance.names
        self._children: dict[str, Children] = {}
        self._instances: dict[str, Instances] = {}
        self._values: dict[tuple[str, str], tuple[Value, str] | None] = {}
        tree.size += 1

    def evaluate(self, expression: Expression, names: Mapping[str, Value] | None = None) -> Value:
        """The value of an expression in this module, perhaps with `each` or `count`."""
        return evaluate(expression, self.within(names), self.tree.budget)

    def within(self, names: Mapping[str, Value] | None) -> Scope:
        """The module's scope with further names."""
        return Inner(self.scope, names) if names else self.scope

    @property
    def path(self) -> str:
        """What `path.module` is: relative to the root module."""
        return os.path.relpath(self.directory, self.tree.directory).replace(os.sep, "/")

    @cached_property
    def validated(self) -> Node:
        """This module instance as `terraform validate` sees it."""
        node = Node(self.tree, self.directory, self.address, self.parent, self.call, ONE.items[0], self.exists)
        node.bare = True
        return node

    def variable(self, name: str, span: Span) -> tuple[Value, str]:
        """A variable's value, and what to call the place where it stands."""
        return self._once("var", name, span, self._variable)

    def local(self, name: str, span: Span) -> tuple[Value, str]:
        """A local value, and what to call its place."""
        return self._once("local", name, span, self._local)

    def output(self, name: str, span: Span) -> tuple[Value, str]:
        """An output's value, and what to call its place."""
        return self._once("output", name, span, self._output)

    def instances(self, declaration: Declaration, address: str) -> Instances:
        """The instances of a resource or module call of this module; `address` has no key."""
        if address not in self._instances:
            count, for_each = declaration.attribute("count"), declaration.attribute("for_each")
            if count is None and for_each is None:
                return ONE
            self._instances[address] = unknown_instances(f"{address} refers to itself", address, declaration.header)
            self._instances[address] = found = instances(count, for_each, self.evaluate, address)
            if found.left_out:
                message = f"{address} has more than {len(found.items):,} instances: the others were not looked at"
                self.tree.report("evaluation-limit", message, declaration.header)
                self.tree.cut = True
        return self._instances[address]

    def children(self, name: str) -> Children:
        """The instances of a module call."""
        if name not in self._children:
            call = self.module.calls[name]
            # Until its instances are known, a call that they depend on has none.
            self._children[name] = Children(ONE, (), f"module.{name} depends on itself")
            self._children[name] = self._called(call, join(self.address, f"module.{name}"))
        return self._children[name]

    def ancestors(self) -> Iterator[Node]:
        """This module instance and those that it is called from."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def _called(self, call: Declaration, address: str) -> Children:
        directory, reason = self.tree.sources.called(self.directory, call)
        if directory is not None:
            reason = self._refusal(call, directory)
        # Without its module, nothing needs to know the instances of a call.
        if directory is None or reason:
            return Children(ONE, (), reason)
        found = self.instances(call, address)
        if self.tree.size + len(found.items) > _MOST_NODES:
            self.tree.size = _MOST_NODES  # so that no further call is even looked at
            return Children(ONE, (), self._stop(f"{_MOST_NODES:,} modules", call))
        exists = self.exists and found.exist
        nodes = (
            Node(self.tree, directory, address + instance.key, self, call, instance, exists) for instance in found.items
        )
        return Children(found, tuple(nodes))

    def _refusal(self, call: Declaration, directory: str) -> str:
        """Why a module is not entered again, empty where it is entered."""
        if any(node.directory == directory for node in self.ancestors()):
            message = f'module "{call.name}" leads back to a module that it is called from'
            self.tree.report("module-loop", message, call.header)
            return f"module.{call.name} leads back to itself"
        if self.depth >= _DEEPEST:
            return self._stop(f"{_DEEPEST} modules within each other", call)
        return self._stop(f"{_MOST_NODES:,} modules", call) if self.tree.size >= _MOST_NODES else ""

    def _stop(self, limit: str, call: Declaration) -> str:
        reason = f"evaluation stopped at the limit of {limit}"
        self.tree.report("evaluation-limit", reason, call.header)
        self.tree.cut = True
        return reason

    def _once(
        self, kind: str, name: str, span: Span, find: Callable[[str], tuple[Value, str] | None]
    ) -> tuple[Value, str]:
        key = kind, name
        title = f"{kind}.{name}"
        if key in self._values:
            found = self._values[key]
            return found if found is not None else (Unknown(f"{title} refers to itself", span), title)
        self._values[key] = None
        found = find(name)
        if found is None:
            del self._values[key]
            return Unknown(f"{title} is not declared", span), title
        self._values[key] = found
        return found

    def _local(self, name: str) -> tuple[Value, str] | None:
        attribute = self.module.locals.get(name)
        return None if attribute is None else (self.evaluate(attribute.expression), f"local.{name}")

    def _output(self, name: str) -> tuple[Value, str] | None:
        declaration = self.module.outputs.get(name)
        attribute = declaration.attribute("value") if declaration is not None else None
        if declaration is None or attribute is None:
            return None
        value = self.evaluate(attribute.expression)
        return sensitive(value) if is_set(declaration, "sensitive", False) else value, f"output.{name}"

    def _variable(self, name: str) -> tuple[Value, str] | None:
        declaration = self.module.variables.get(name)
        if declaration is None:
            return None
        if self.bare:
            return Unknown(f"var.{name} is not known to terraform validate", declaration.header), f"var.{name}"
        type_ = declared_type(declaration)
        budget = self.tree.budget
        if self.parent is not None and self.call is not None:
            value, message = self._passed(name, self.parent, self.call)
        else:
            value, message = self._given(name, declaration)
        default = declaration.attribute("default")
        nullable = is_set(declaration, "nullable", True)
        unset = value is None or (isinstance(value, Null) and not nullable)
        if unset and default is not None:
            value, message = evaluate(default.expression, NOTHING, budget), f"default of var.{name}"
        if value is None:
            return Unknown(message, declaration.header, not_null=not nullable), f"var.{name}"
        hidden = is_set(declaration, "sensitive", False) or is_set(declaration, "ephemeral", False)
        value = converted(sensitive(value) if hidden else value, type_, budget)
        if isinstance(value, Unknown) and not nullable:
            value = replace(value, not_null=True)
        return sensitive(value) if hidden else value, message

    def _given(self, name: str, declaration: Declaration) -> tuple[Value | None, str]:
        given = self.tree.given.find(name)
        if given is None:
            return None, f"var.{name} has no default and no value was given"
        return given.value(declared_type(declaration), self.tree.budget), given.message

    def _passed(self, name: str, parent: Node, call: Declaration) -> tuple[Value | None, str]:
        attribute = call.attribute(name)
        if attribute is None:
            return None, f"{name} is not passed by module.{call.name}"
        return parent.evaluate(attribute.expression, self._call_names), f'{name} passed by module "{call.name}"'
