"""Values given to the variables of root modules, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolving import TYPE, only, plain, reason, resolve, trail, value, write

from cogcheck.options import Options

USE = f'resource "{TYPE}" "main" {{\n  name = var.a\n}}\n'


def given(tmp_path: Path, options: Options, **files: str) -> tuple[object, list[str]]:
    write(tmp_path, main_tf='variable "a" {\n  default = "default"\n}\n' + USE, **files)
    found = value(only(resolve(tmp_path, options=options)), "name")
    return plain(found), trail(found)


def test_from_the_weakest_to_the_strongest(tmp_path: Path) -> None:
    exported = Options(environment={"TF_VAR_a": "exported"})
    assert given(tmp_path, Options()) == ("default", ["default of var.a, main.tf:2"])
    assert given(tmp_path, exported) == ("exported", ["var.a set by TF_VAR_a, TF_VAR_a:1"])
    files: dict[str, str] = {"terraform_tfvars": 'a = "file"\n'}
    assert given(tmp_path, exported, **files) == ("file", ["var.a set in terraform.tfvars, terraform.tfvars:1"])
    files["terraform_tfvars_json"] = '{"a": "json"}'
    assert given(tmp_path, exported, **files)[0] == "json"
    files["a.auto_tfvars_json"] = '{"a": "auto json"}'
    assert given(tmp_path, exported, **files)[0] == "auto json"
    files["b.auto_tfvars"] = 'a = "auto"\n'
    assert given(tmp_path, exported, **files) == ("auto", ["var.a set in b.auto.tfvars, b.auto.tfvars:1"])
    (tmp_path / "one.tfvars").write_text('a = "one"\n')
    (tmp_path / "two.tfvars").write_text('\na = "two"\n')
    named = Options(var_files=(str(tmp_path / "one.tfvars"), str(tmp_path / "two.tfvars")))
    assert given(tmp_path, named, **files) == ("two", ["var.a set in two.tfvars, two.tfvars:2"])
    said = Options(var_files=named.var_files, variables=(("a", "first"), ("b", "x"), ("a", "last")))
    assert given(tmp_path, said, **files) == ("last", ["var.a set by --var, --var a:1"])


def test_values_reach_root_modules_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./m"\n}\n',
        terraform_tfvars='a = "root"\n',
        m__main_tf='variable "a" {\n  default = "default"\n}\n' + USE,
        m__terraform_tfvars='a = "child"\n',
    )
    options = Options(variables=(("a", "said"),), environment={"TF_VAR_a": "exported"})
    assert plain(value(only(resolve(tmp_path, options=options)), "name")) == "default"


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("", "[1]", "[1]"),
        ("type = string", "[1]", "[1]"),
        ("type = number", "12", 12),
        ("type = bool", "true", True),
        ("type = any", "[1]", [1]),
        ("type = list(string)", "[1, 2]", ["1", "2"]),
        ("type = object({ x = optional(number, 3) })", "{}", {"x": 3}),
        ("type = list(string)", "[1", ...),
        ("type = number", "no number", ...),
    ],
)
def test_texts_are_read_as_the_type_says(tmp_path: Path, type_: str, text: str, expected: object) -> None:
    write(tmp_path, main_tf=f'variable "a" {{\n  {type_}\n}}\n{USE}')
    project = resolve(tmp_path, options=Options(variables=(("a", text),)))
    assert plain(value(only(project), "name")) == expected


def test_a_variable_without_a_value_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, main_tf='variable "a" {\n  type = string\n}\n' + USE)
    found = value(only(resolve(tmp_path)), "name")
    assert reason(found) == "var.a has no default and no value was given"
    assert found.identity == "var.a"  # type: ignore[union-attr]


def test_an_argument_that_is_not_passed(tmp_path: Path) -> None:
    write(tmp_path, main_tf='module "m" {\n  source = "./m"\n}\n', m__main_tf='variable "a" {}\n' + USE)
    found = value(only(resolve(tmp_path)), "name")
    assert reason(found) == "a is not passed by module.m"


def test_an_undeclared_variable_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, main_tf=USE)
    assert reason(value(only(resolve(tmp_path)), "name")) == "var.a is not declared"


@pytest.mark.parametrize(("nullable", "expected"), [("true", None), ("false", "default")])
def test_null_gives_the_default_only_where_it_is_not_allowed(tmp_path: Path, nullable: str, expected: object) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./m"\n  a = null\n}\n',
        m__main_tf=f'variable "a" {{\n  default = "default"\n  nullable = {nullable}\n}}\n{USE}',
    )
    assert plain(value(only(resolve(tmp_path)), "name")) == expected


@pytest.mark.parametrize(("nullable", "expected"), [("true", False), ("false", True)])
def test_an_unknown_value_is_not_null_where_null_is_not_allowed(tmp_path: Path, nullable: str, expected: bool) -> None:
    write(
        tmp_path,
        main_tf='variable "x" {}\nmodule "m" {\n  source = "./m"\n  a = var.x\n}\n',
        m__main_tf=f'variable "a" {{\n  nullable = {nullable}\n}}\n{USE}',
    )
    assert value(only(resolve(tmp_path)), "name").not_null is expected  # type: ignore[union-attr]


def test_sensitive_values_are_marked_with_their_parts(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='variable "a" {\n  default = ["x"]\n  sensitive = true\n}\nlocals {\n  b = var.a[0]\n}\n'
        f'resource "{TYPE}" "main" {{\n  name = local.b\n}}\n',
    )
    assert value(only(resolve(tmp_path)), "name").sensitive is True


def test_what_is_wrong_with_a_values_file_is_reported(tmp_path: Path) -> None:
    write(tmp_path, main_tf='variable "a" {}\n' + USE, terraform_tfvars='a = "x"\nblock {\n}\n')
    write(tmp_path, b__main_tf=USE, b__terraform_tfvars='a = "x\n')
    project = resolve(tmp_path)
    assert [(one.slug, Path(one.span.document.path).parent.name == "b") for one in project.problems] == [
        ("broken-tfvars", False),
        ("broken-tfvars", True),
    ]
    assert plain(value(project.resources[0], "name")) == "x"


def test_a_values_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    write(tmp_path, main_tf='variable "a" {}\n' + USE)
    project = resolve(tmp_path, options=Options(var_files=(str(tmp_path / "none.tfvars"),)))
    assert [one.slug for one in project.problems] == ["unreadable-file"]


def test_values_files_hold_no_references(tmp_path: Path) -> None:
    write(tmp_path, main_tf='variable "a" {}\n' + USE, terraform_tfvars="a = var.b\n")
    assert plain(value(only(resolve(tmp_path)), "name")) is ...
