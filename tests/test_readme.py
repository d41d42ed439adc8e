"""What the documents show is what the program does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from samples import CHECKOUT, run, write

from cogcheck import __version__
from cogcheck.catalogue.load import rules_directory
from cogcheck.catalogue.yaml import load, parse

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGELOG = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{margin}", "", content, flags=re.MULTILINE) for margin, content in found]


def test_the_broken_example_is_that_of_the_readme() -> None:
    assert blocks(README, "terraform")[0] == (CHECKOUT / "examples/broken/main.tf").read_text(encoding="utf-8")


def test_the_output_in_the_readme_is_real(tmp_path: Path) -> None:
    write(tmp_path, {"examples/broken/main.tf": (CHECKOUT / "examples/broken/main.tf").read_bytes()})
    command, _, output = blocks(README, "console")[0].partition("\n")
    assert command.startswith("$ cogcheck ")
    result = run(*command.split()[2:], cwd=tmp_path)
    assert result.stdout.decode() == output
    assert result.returncode == 1


def test_the_fixed_example_is_clean() -> None:
    result = run("scan", "fixed", cwd=CHECKOUT / "examples")
    assert (result.returncode, result.stdout) == (0, b"No findings in 1 resource (1 file).\n")


def test_the_commands_of_the_readme_exist(tmp_path: Path) -> None:
    files = {
        "infra/main.tf": "",
        "modules/auth/main.tf": "",
        "plan.json": '{"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {}}',
        "cdktf.out/manifest.json": '{"stacks": {}, "version": "0.21.0"}',
    }
    write(tmp_path, files)
    for line in blocks(README, "sh")[1].splitlines():
        stdin = files["plan.json"].encode() if " - " in line else b""
        result = run(*line.partition("#")[0].split()[1:], cwd=tmp_path, stdin=stdin)
        assert result.returncode == 0, line


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README + CONTRIBUTING))))
def test_links_lead_somewhere(link: str) -> None:
    assert link.startswith("https://") or (CHECKOUT / link).exists()


def test_the_rule_in_contributing_is_a_real_one() -> None:
    (shown,) = parse(blocks(CONTRIBUTING, "yaml")[0]).data
    rules = load(rules_directory() / "aws_cognito_user_pool" / "conflicts.yaml")["rules"]
    assert shown in rules


def test_the_changelog_begins_with_this_version() -> None:
    assert re.findall(r"^## ([0-9.]+)", CHANGELOG, re.MULTILINE)[0] == __version__
    assert "version" in tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"]
