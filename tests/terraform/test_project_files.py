"""Which files are read, and which are complained about."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolving import TYPE, arguments, only, plain, resolve, value, write

from cogcheck.model import Document, Span
from cogcheck.options import Options
from cogcheck.terraform.addresses import dotted, key, spelled, without_keys
from cogcheck.terraform.bodies import parsed
from cogcheck.terraform.globs import GlobError, matches
from cogcheck.terraform.reading import glob, read

POOL = f'resource "{TYPE}" "main" {{\n  name = "x"\n}}\n'


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, main_tf=POOL, variables_tf='variable "a" {\n  default = \n}\n', other__broken_tf="x = \n")
    project = resolve(tmp_path)
    assert [one.address for one in project.resources] == [f"{TYPE}.main"]
    assert {Path(one.span.document.path).name for one in project.problems} == {"variables.tf"}


def test_a_file_that_was_named_is_read_whatever_it_holds(tmp_path: Path) -> None:
    write(tmp_path, broken_tf="x = \n")
    assert resolve(tmp_path).problems == ()
    assert {one.slug for one in resolve(tmp_path / "broken.tf").problems} == {"syntax-error"}


def test_the_files_that_took_part(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./m"\n}\nmodule "n" {\n  source = "./n"\n}\n',
        terraform_tfvars="",
        m__main_tf=POOL,
        n__main_tf="",
        other__main_tf="",
    )
    names = [Path(file.document.file or "").relative_to(tmp_path).as_posix() for file in resolve(tmp_path).files]
    assert names == ["main.tf", "m/main.tf", "terraform.tfvars"]


def test_what_is_excluded_is_not_judged_through_its_callers_either(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./m"\n}\nmodule "n" {\n  source = "./n"\n}\n',
        m__main_tf=POOL,
        m__broken_tf="x = \n",
        n__main_tf=POOL,
    )
    project = resolve(tmp_path, options=Options(exclude=("/m/",), base=str(tmp_path)))
    assert [one.address for one in project.resources] == [f"module.n.{TYPE}.main"]
    assert project.problems == ()


def test_terraform_json_and_hcl_in_one_module(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'variable "min" {{\n  type = number\n}}\nlocals {{\n  names = ["a", "b"]\n}}\n{POOL}',
        override_tf_json=f'{{"resource": {{"{TYPE}": {{"main": {{'
        '"password_policy": {"minimum_length": "${var.min}"},'
        '"dynamic": {"schema": {"for_each": "${local.names}", "content": {"name": "${schema.value}"}}},'
        '"lifecycle": {"ignore_changes": ["schema"]}}}}}',
        terraform_tfvars_json='{"min": "8"}',
    )
    resource = only(resolve(tmp_path))
    assert arguments(resource.block) == {"name": "x"}
    assert [(one.type, arguments(one)) for one in resource.block.blocks] == [
        ("password_policy", {"minimum_length": 8}),
        ("schema", {"name": "a"}),
        ("schema", {"name": "b"}),
    ]
    assert resource.ignore_changes == ("schema",)


def test_an_alias_in_terraform_json(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf_json='{"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "us", "region": "us-east-1"}]},'
        f'"resource": {{"{TYPE}": {{"main": {{"name": "x", "provider": "aws.us"}}}}}}}}',
    )
    found = only(resolve(tmp_path)).surroundings.region
    assert found is not None
    assert plain(found) == "us-east-1"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "a/b.txt", False),
        ("**/*.txt", "a.txt", True),
        ("**/*.txt", "a/b/c.txt", True),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/d", "a/c", False),
        ("?.txt", "ab.txt", False),
        ("{a,b{c,d}}.txt", "bd.txt", True),
        ("{a,b}.txt", "c.txt", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[^a-c]x", "dx", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("a*b*c", "aXbYbZc", True),
        ("a*b*c", "aXbYbZ", False),
        ("", "", True),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


@pytest.mark.parametrize("pattern", ["{a", "[a", "{a,b}" * 20])
def test_patterns_that_cannot_be(pattern: str) -> None:
    with pytest.raises(GlobError):
        matches(pattern, "a")


def test_hostile_patterns_are_quick() -> None:
    assert matches("a*" * 100 + "b", "a" * 2000) is False
    assert matches("**/" * 200 + "b", "a/" * 500 + "a") is False


def test_files_of_the_repository_only(tmp_path: Path) -> None:
    write(tmp_path, a_txt="A", deep__b_txt="B")
    (tmp_path / "deep" / "binary").write_bytes(b"\xff\xfe")
    inside = str(tmp_path / "deep")

    def allowed(path: str) -> bool:
        return path.startswith(inside)

    assert read(allowed, inside, "b_txt") == "B"
    assert read(allowed, str(tmp_path), "deep/b_txt") == "B"
    assert [read(allowed, inside, path) for path in ("../a_txt", "none", ".", "binary", "~/x", "\0")] == [None] * 6
    assert glob(allowed, inside, ".", "*") == ("b_txt", "binary")
    assert glob(allowed, str(tmp_path), "deep", "**") == ("b_txt", "binary")
    assert glob(allowed, inside, ".", "{") is None
    assert glob(allowed, inside, "..", "*") is None
    assert glob(allowed, inside, "none", "*") is None


def expression_text(text: str, function: object) -> object:
    span = Span(Document("x", text), 0, len(text))
    return function(parsed(text, span))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "address", "path"),
    [
        ("aws_x.y", "aws_x.y", "aws_x.y"),
        ('module.a["eu"].aws_x.y[0].z', 'module.a["eu"].aws_x.y[0].z', "module.a.aws_x.y.z"),
        ("a.b.0.c", "a.b[0].c", "a.b.c"),
        ("a.b[var.x]", "a.b[*]", "a.b"),
        ("(a.b)", "a.b", "a.b"),
        ("1 + 2", None, None),
        ("a.b[*].c", None, None),
    ],
)
def test_references(text: str, address: str | None, path: str | None) -> None:
    assert expression_text(text, spelled) == address
    assert expression_text(text, dotted) == path


def test_keys() -> None:
    assert key('a"b\\${x}\n') == '["a\\"b\\\\$${x}\\n"]'
    assert without_keys('module.a["x.y[0]\\"]"].b.c[0].d[*]') == "module.a.b.c.d"


def test_a_value_of_the_wrong_shape_in_a_values_file_is_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'variable "a" {{\n  type = list(string)\n}}\nresource "{TYPE}" "main" {{\n  name = var.a[0]\n}}\n',
        terraform_tfvars='a = "text"\n',
    )
    assert plain(value(only(resolve(tmp_path)), "name")) is ...
