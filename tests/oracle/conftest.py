"""The real Terraform, for the tests that ask it.

They run where `terraform` is on the PATH and TF_CLI_CONFIG_FILE names a CLI configuration with a filesystem mirror that
holds the AWS provider. Nothing is contacted: plans are made with mock credentials.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # the helpers that tests of several directories share

_VARIABLE = re.compile(r'^variable "(\w+)"', re.MULTILINE)
_PROVIDER = """provider "aws" {
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}
"""


@dataclass(frozen=True, slots=True)
class Terraform:
    """Runs the real Terraform in directories that belong to the test: it writes to them."""

    program: str

    def init(self, directory: Path) -> None:
        """Install the provider and the local modules. Fails the test where that is not possible."""
        done = self._run(directory, "init", "-backend=false", "-input=false", "-no-color")
        assert done.returncode == 0, done.stdout + done.stderr

    def validate(self, directory: Path, *, init: bool = True) -> Any:
        """What `terraform validate -json` says; without init, only what is wrong with the syntax."""
        if init:
            self.init(directory)
        return json.loads(self._run(directory, "validate", "-json").stdout)

    def errors(self, root: Path, texts: Mapping[str, str]) -> dict[str, list[str]]:
        """The errors that `terraform validate` finds in each text, all of them modules of one configuration.

        Their variables get values that are not known yet.
        """
        (root / "main.tf").write_text("".join(_call(root, *item) for item in texts.items()), encoding="utf-8")
        found: dict[str, list[str]] = {name: [] for name in texts}
        for diagnostic in self.validate(root)["diagnostics"]:
            if diagnostic["severity"] == "error":
                path = Path(diagnostic["range"]["filename"])
                assert path.parent.name in found, diagnostic
                found[path.parent.name].append(f"{diagnostic['summary']}: {diagnostic['detail']}")
        return found

    def plan(self, directory: Path, *options: str) -> Any:
        """The plan of a directory without a provider block of its own, as `terraform show -json` prints it."""
        (directory / "oracle_provider.tf").write_text(_PROVIDER, encoding="utf-8")
        self.init(directory)
        planned = self._run(directory, "plan", "-refresh=false", "-input=false", "-no-color", "-out=tfplan", *options)
        assert planned.returncode == 0, planned.stdout + planned.stderr
        return self.json(directory, "show", "-json", "tfplan")

    def json(self, directory: Path, *arguments: str) -> Any:
        """What a command prints as JSON."""
        done = self._run(directory, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def _run(self, directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            [self.program, *arguments],
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )


def _call(root: Path, name: str, text: str) -> str:
    """Make a module of a text, and the call with an unknown value for each of its variables."""
    (root / name).mkdir()
    (root / name / "main.tf").write_text(text, encoding="utf-8")
    variables = _VARIABLE.findall(text)
    given = "".join(f"  {variable} = var.{name}_{variable}\n" for variable in variables)
    declared = "".join(f'variable "{name}_{variable}" {{}}\n' for variable in variables)
    return f'module "{name}" {{\n  source = "./{name}"\n{given}}}\n{declared}'


@pytest.fixture(scope="session")
def terraform() -> Terraform:
    """The real Terraform with the AWS provider, or a skipped test."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not on the PATH")
    if not os.path.isfile(os.environ.get("TF_CLI_CONFIG_FILE", "")):
        pytest.skip("TF_CLI_CONFIG_FILE names no CLI configuration with a mirror of the AWS provider")
    return Terraform(program)
