"""The configuration: where it is looked for, what is wrong with it, what beats what."""

from __future__ import annotations

import json
import ntpath
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from samples import CHECKOUT, write

from cogcheck.config import ConfigError, Configuration, find, read, toml
from cogcheck.gitignore import excluding
from cogcheck.options import Options
from cogcheck.settings import DEFAULTS, rebase, settle, show

SCHEMA = json.loads((CHECKOUT / "rules" / "schema" / "config.schema.json").read_text(encoding="utf-8"))


def found(tmp_path: Path, *paths: str) -> str | None:
    file = find([str(tmp_path / path) for path in paths])
    return None if file is None else Path(file).relative_to(tmp_path).as_posix()


def test_the_nearest_upwards_within_the_repository(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".cogcheck.toml": "",
            "repo/.git/HEAD": "",
            "repo/pyproject.toml": "[tool.cogcheck]\n",
            "repo/infra/pyproject.toml": "[tool.other]\nname = 'cogcheck'\n",
            "repo/infra/pools/main.tf": "",
            "repo/shop/.cogcheck.toml": "",
            "repo/shop/pyproject.toml": "[tool.cogcheck]\n",
            "bare/.git/HEAD": "",
        },
    )
    assert found(tmp_path, "repo") == "repo/pyproject.toml"
    assert found(tmp_path, "repo/infra/pools") == "repo/pyproject.toml"
    assert found(tmp_path, "repo/infra/pools/main.tf") == "repo/pyproject.toml"
    assert found(tmp_path, "repo/shop") == "repo/shop/.cogcheck.toml"
    assert found(tmp_path, "repo/shop", "repo/infra") == "repo/pyproject.toml"
    assert found(tmp_path, "bare") is None


def test_without_a_repository_the_working_directory_bounds_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {".cogcheck.toml": "", "here/.cogcheck.toml": "", "here/a/b/main.tf": "", "there/main.tf": ""})
    monkeypatch.chdir(tmp_path / "here")
    assert found(tmp_path, "here/a/b") == "here/.cogcheck.toml"
    assert found(tmp_path, "there") is None
    assert find([]) == str(tmp_path / "here" / ".cogcheck.toml")
    assert find(["-"]) == str(tmp_path / "here" / ".cogcheck.toml")


def configuration(tmp_path: Path, text: str | bytes, name: str = ".cogcheck.toml") -> Configuration:
    return read(str(write(tmp_path, {name: text, ".git/HEAD": ""}) / name))


def refusal(tmp_path: Path, text: str | bytes, name: str = ".cogcheck.toml") -> str:
    with pytest.raises(ConfigError) as caught:
        configuration(tmp_path, text, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["a"]', ":1:1: there is no key selct here; did you mean select?"),
        ('\nfail_on = "error"', ":2:1: there is no key fail_on here; did you mean fail-on?"),
        ('select = "a"', ':1:1: select: this has to be a list, not "a"'),
        ("ignore = [1]", ":1:1: ignore: this has to be a text, not 1"),
        ('[severity]\n  COG1006 = "fatal"', ':2:3: severity.COG1006: "fatal" is not "error", "warning" or "info"'),
        ('severity.a = "eror"', ':1:1: severity.a: "eror" is not "error", "warning" or "info"; did you mean error?'),
        ('fail-on = "warn"', ':1:1: fail-on: "warn" is not "error", "warning", "info" or "never"'),
        ("require-reason = 1", ":1:1: require-reason: this has to be true or false, not 1"),
        ('workspace = ""', ":1:1: workspace: this is empty"),
        ("x = \n", ": not valid TOML: Invalid value (at line 1, column 5)"),
        ("x = " + "[" * 5000, ": not valid TOML:"),
        ('var-files = ["../x.tfvars"]', ": var-files: "),
        ('baseline = "/etc/passwd"', ": baseline: '"),
        ('var-files = ["a\\u0000"]', ": var-files: 'a\\x00' holds a NUL character, which no path does"),
    ],
)
def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(tmp_path, text).startswith(f".cogcheck.toml{message}")


def test_refusals_of_bytes_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(tmp_path, b"a = '\xff'").startswith(".cogcheck.toml: not valid TOML:")
    assert refusal(tmp_path, b" " * 2**20 + b"#") == ".cogcheck.toml: larger than 1 MiB"
    assert refusal(tmp_path, "", "pyproject.toml") == "pyproject.toml: there is no table [tool.cogcheck]"
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read: No such file"):
        read("nowhere.toml")


def test_places_in_pyproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "[tool.other]\nselct = 1\n\n[tool.cogcheck]\nselct = 1\n"
    assert refusal(tmp_path, text, "pyproject.toml").startswith("pyproject.toml:5:1: there is no key selct")
    nested = '[tool.cogcheck.severity]\na = "x"\n'
    assert refusal(tmp_path, nested, "pyproject.toml").startswith("pyproject.toml:2:1: severity.a:")


def test_a_mark_at_the_beginning_is_no_mistake(tmp_path: Path) -> None:
    assert configuration(tmp_path, '\ufeffselect = ["a"]').values == {"select": ["a"]}


def test_a_pyproject_that_is_broken_elsewhere_is_not_ours(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "cogcheck = [", ".git/HEAD": ""})
    assert find([str(tmp_path)]) is None
    write(tmp_path, {"pyproject.toml": "[tool.cogcheck]\nx = ["})
    assert find([str(tmp_path)]) == str(tmp_path / "pyproject.toml")


def test_paths_are_seen_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = write(tmp_path, {"a/b/x": ""}) / "a" / "b"
    monkeypatch.chdir(here)
    text = 'var-files = ["eu.tfvars"]\nrule-files = ["r/own.yaml"]\nbaseline = "known.json"'
    assert configuration(tmp_path, text).values == {
        "var-files": ["../../eu.tfvars"],
        "rule-files": ["../../r/own.yaml"],
        "baseline": "../../known.json",
    }


def test_who_named_the_file_may_lead_out(tmp_path: Path) -> None:
    file = write(tmp_path, {"repo/own.toml": 'var-files = ["../x.tfvars"]', "repo/.git/HEAD": ""}) / "repo" / "own.toml"
    assert read(str(file), trusted=True).values["var-files"][0].endswith("x.tfvars")


FULL = """
select = ["COG1"]
ignore = ["unknown-argument"]
exclude = ["vendor/", "/gen/*.tf"]
provider-version = "6.2.0"
var-files = ["eu.tfvars"]
workspace = "live"
fail-on = "warning"
packs = ["security"]
rule-files = ["own.yaml"]
require-reason = true
baseline = "known.json"

[severity]
COG1006 = "info"

[per-file-ignores]
"legacy/*.tf" = ["all"]

[rule-options.short-password]
min = 12
"""


def test_everything_becomes_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = settle(configuration(tmp_path, FULL), {})
    assert settings.options(ignores=False) == Options(
        select=("COG1",),
        ignore=("unknown-argument",),
        severity={"COG1006": "info"},
        per_file_ignores=(("legacy/*.tf", ("all",)),),
        exclude=("vendor/", "/gen/*.tf"),
        provider_version="6.2.0",
        var_files=("eu.tfvars",),
        workspace="live",
        packs=("security",),
        rule_files=("own.yaml",),
        rule_options={"short-password": {"min": 12}},
        require_reason=True,
        ignores=False,
    )
    assert (settings.fail_on, settings.baseline) == ("warning", "known.json")
    assert set(tomllib.loads(FULL)) == set(DEFAULTS) == set(SCHEMA["properties"])


def test_without_a_configuration_the_defaults_hold() -> None:
    settings = settle(Configuration(), {})
    assert settings.options() == Options()
    assert {setting.origin for setting in settings.by_key.values()} == {"default"}


def test_the_command_line_beats_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"select": ("COG2",), "severity": {"COG1007": "error"}, "fail-on": None, "ignore": (), "workspace": "test"}
    settings = settle(configuration(tmp_path, FULL), given)
    options = settings.options()
    assert (options.select, options.ignore, options.workspace) == (("COG2",), ("unknown-argument",), "test")
    assert options.severity == {"COG1006": "info", "COG1007": "error"}
    assert settings.by_key["select"].origin == "command line"
    assert settings.by_key["severity"].origin == "command line and .cogcheck.toml"
    assert settings.by_key["fail-on"].origin == ".cogcheck.toml"


@pytest.mark.parametrize(
    ("pattern", "rebased"),
    [
        ("vendor/", "/a b/\\[x\\]/**/vendor/"),
        ("*.gen.tf", "/a\\ b/\\[x\\]/**/*.gen.tf"),
        ("/gen/*.tf", "/a\\ b/\\[x\\]/gen/*.tf"),
        ("gen/*.tf", "/a\\ b/\\[x\\]/gen/*.tf"),
        ("!keep.tf", "!/a\\ b/\\[x\\]/**/keep.tf"),
    ],
)
def test_patterns_are_seen_from_above(tmp_path: Path, pattern: str, rebased: str) -> None:
    directory = str(tmp_path / "a b" / "[x]")
    assert rebase(pattern, directory, directory) == pattern
    moved = rebase(pattern, directory, str(tmp_path))
    assert moved.replace("\\ ", " ") == rebased.replace("\\ ", " ")
    if not pattern.startswith("!"):
        for path in ("gen/x.tf", "vendor/x.tf", "deep/vendor/x.tf", "deep/gen/x.tf", "y.gen.tf", "deep/y.gen.tf"):
            here = excluding(directory, [pattern]).exclude(f"{directory}/{path}", directory=False)
            above = excluding(str(tmp_path), [moved])
            assert above.exclude(f"{directory}/{path}", directory=False) == here
            assert not above.exclude(str(tmp_path / path), directory=False)


def test_patterns_are_left_where_nothing_is_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "relpath", ntpath.relpath)
    assert rebase("x/*.tf", "C:\\a", "D:\\b") == "x/*.tf"


def test_patterns_of_both_are_seen_from_the_upper_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = configuration(tmp_path, 'exclude = ["gen"]\n[per-file-ignores]\n"/a/x.tf" = ["all"]\n')
    write(tmp_path, {"sub/x": ""})
    monkeypatch.chdir(tmp_path / "sub")
    options = settle(made, {}).options()
    assert (options.base, options.exclude) == (str(tmp_path), ("gen",))
    options = settle(made, {"exclude": ("own.tf",)}).options()
    assert (options.base, options.exclude) == (str(tmp_path), ("/sub/**/own.tf",))
    assert options.per_file_ignores == (("/a/x.tf", ("all",)),)


def test_what_holds_is_shown_as_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = configuration(tmp_path, FULL)
    text = show(settle(made, {"workspace": 'a"\\\n'}), made.file)
    assert text.startswith("# configuration: .cogcheck.toml\n")
    again = tomllib.loads(text)
    assert again == {**tomllib.loads(FULL), "workspace": 'a"\\\n'}
    (line,) = (line for line in text.splitlines() if line.startswith("workspace"))
    assert line.split("  # ")[1] == "command line"
    assert show(settle(Configuration(), {}), None).startswith("# no configuration file was found\n")


@pytest.mark.parametrize("value", [True, 3, "a\tb", ["x", 1], {"a b": {"c": [False]}}, {"": "\U000e0001"}])
def test_toml_is_read_back(value: Any) -> None:
    assert tomllib.loads(f"x = {toml(value)}") == {"x": value}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert all(entry.get("description") for entry in SCHEMA["properties"].values())
