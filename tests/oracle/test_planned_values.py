"""The fixture projects: what is resolved is what Terraform plans, in every value that both know.

`planned_values.json` beside each is made by Terraform, anew where COGCHECK_REGENERATE is set.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from planned import PROJECTS, STORED, TYPE, differences, planned_values, stored, unknowns

from cogcheck.catalogue.load import catalogue
from cogcheck.documents import discover
from cogcheck.options import Options
from cogcheck.terraform.project import Project, resources

if TYPE_CHECKING:
    from conftest import Terraform

NAMES = sorted(path.name for path in PROJECTS.iterdir())
UNKNOWN = {
    "unknowns": {
        f"{TYPE}.main": [
            "lambda_config.pre_sign_up",
            "name",
            "schema.name",
            "sms_configuration.sns_caller_arn",
            "sms_configuration.sns_region",
            "tags",
        ]
    }
}
"""What is known after apply, or where no provider is configured; everything else is resolved."""


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
    found = {one.address: sorted(unknowns(one.block)) for one in resolved(name).resources if one.instances}
    assert {address: paths for address, paths in found.items() if paths} == UNKNOWN.get(name, {})


@pytest.mark.parametrize("name", NAMES)
def test_terraform_plans_what_is_stored(name: str, terraform: Terraform, tmp_path: Path) -> None:
    copy = tmp_path / name
    shutil.copytree(PROJECTS / name, copy, ignore=shutil.ignore_patterns(STORED, ".terraform*"))
    planned = planned_values(terraform.plan(copy), TYPE)
    if os.environ.get("COGCHECK_REGENERATE"):
        (PROJECTS / name / STORED).write_text(json.dumps(planned, indent=1, sort_keys=True) + "\n")
    assert planned == stored(name)
