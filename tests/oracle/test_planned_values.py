"""The fixture projects: what is resolved is what Terraform plans, in every value that both know.

`planned_values.json` beside each is made by Terraform: `python tests/oracle/planned.py` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from planned import PROJECTS, TYPE, cannot_plan, differences, plan, planned_values, stored, unknowns

from cogcheck.catalogue.load import catalogue
from cogcheck.documents import discover
from cogcheck.options import Options
from cogcheck.terraform.project import Project, resources

NAMES = sorted(path.name for path in PROJECTS.iterdir())


def resolved(name: str) -> Project:
    discovery = discover([str(PROJECTS / name)], (TYPE.encode(),))
    return resources(discovery, Options(), {TYPE: catalogue().shapes[TYPE].root})


@pytest.mark.parametrize("name", NAMES)
def test_resolved_values_are_the_planned_ones(name: str) -> None:
    project = resolved(name)
    assert project.problems == ()
    assert differences(project.resources, stored(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_planned_is_resolved(name: str) -> None:
    found = {one.address: sorted(unknowns(one.block)) for one in resolved(name).resources}
    assert {address: paths for address, paths in found.items() if paths} == {}


@pytest.mark.parametrize("name", NAMES)
def test_terraform_still_plans_this(name: str, tmp_path: Path) -> None:
    reason = cannot_plan()
    if reason is not None:
        pytest.skip(reason)
    planned = planned_values(plan(PROJECTS / name, tmp_path), TYPE)
    assert json.loads(json.dumps(planned)) == stored(name)
