"""What stands around a resource: other resources, the provider's region, the releases that may apply."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolving import TYPE, only, plain, resolve, trail, value, write

from cogcheck.model import Resource, Versions
from cogcheck.options import Options
from cogcheck.terraform.versions import constrained, exact

POOL = f'resource "{TYPE}" "main" {{\n  name = "x"\n}}\n'
PROVIDERS = 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "us"\n  region = var.region\n}\n'
REGION = 'variable "region" {\n  default = "us-east-1"\n}\n'


def region(resource: Resource) -> object:
    found = resource.surroundings.region
    return None if found is None else plain(found)


def test_the_region_of_the_default_and_of_an_aliased_provider(tmp_path: Path) -> None:
    aliased = f'resource "{TYPE}" "us" {{\n  provider = aws.us\n}}\n'
    own = f'resource "{TYPE}" "own" {{\n  region = "sa-east-1"\n}}\n'
    none = f'resource "{TYPE}" "none" {{\n  provider = aws.none\n}}\n'
    write(tmp_path, main_tf=PROVIDERS + REGION + POOL + aliased + own + none)
    found = resolve(tmp_path).resources
    assert [region(one) for one in found] == ["eu-west-1", "us-east-1", "sa-east-1", None]
    passed = found[1].surroundings.region
    assert passed is not None
    assert (passed.span.text, trail(passed)) == ("var.region", ["default of var.region, main.tf:9"])


def test_without_a_provider_block_the_region_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, main_tf=POOL)
    assert only(resolve(tmp_path)).surroundings.region is None


@pytest.mark.parametrize(
    ("call", "child", "expected"),
    [
        ("", POOL, "eu-west-1"),
        ("  providers = {\n    aws = aws.us\n  }\n", POOL, "us-east-1"),
        ("  providers = {\n    aws = aws.us\n  }\n", 'provider "aws" {}\n' + POOL, "us-east-1"),
        ("", 'provider "aws" {\n  region = "own"\n}\n' + POOL, "own"),
        (
            "  providers = {\n    aws.x = aws.us\n  }\n",
            f'resource "{TYPE}" "main" {{\n  provider = aws.x\n}}\n',
            "us-east-1",
        ),
        ("", f'resource "{TYPE}" "main" {{\n  provider = aws.us\n}}\n', None),
    ],
)
def test_providers_of_a_module(tmp_path: Path, call: str, child: str, expected: object) -> None:
    write(tmp_path, main_tf=f'{PROVIDERS}{REGION}module "m" {{\n  source = "./m"\n{call}}}\n', m__main_tf=child)
    assert region(only(resolve(tmp_path))) == expected


def test_the_region_is_passed_through_nested_modules(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'{PROVIDERS}{REGION}module "a" {{\n  source = "./a"\n  providers = {{\n    aws.x = aws.us\n  }}\n}}\n',
        a__main_tf='module "b" {\n  source = "../b"\n  providers = {\n    aws = aws.x\n  }\n}\n',
        b__main_tf=POOL,
    )
    assert region(only(resolve(tmp_path))) == "us-east-1"


def test_the_data_source_of_the_region(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='data "aws_region" "here" {}\ndata "aws_region" "us" {\n  provider = aws.us\n}\n'
        f"{PROVIDERS}{REGION}"
        f'resource "{TYPE}" "main" {{\n  name = data.aws_region.here.name\n  a = data.aws_region.us.region\n'
        "  b = data.aws_region.here.description\n}\n",
    )
    resource = only(resolve(tmp_path))
    assert [plain(value(resource, name)) for name in ("name", "a", "b")] == ["eu-west-1", "us-east-1", ...]
    assert trail(value(resource, "name")) == ["region of the provider, main.tf:6"]


def test_a_provider_in_a_region_that_it_is_asked_for(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='provider "aws" {\n  region = data.aws_region.here.name\n}\ndata "aws_region" "here" {}\n' + POOL,
    )
    assert region(only(resolve(tmp_path))) is ...


def test_other_resources_and_data_sources_of_the_whole_tree(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "roles" {\n  source = "./roles"\n  for_each = toset(["a", "b"])\n  name = each.key\n}\n' + POOL,
        roles__main_tf='variable "name" {}\nresource "aws_iam_role" "sms" {\n  name = var.name\n}\n'
        'data "aws_iam_policy_document" "trust" {\n  statement {\n    actions = ["sts:AssumeRole"]\n  }\n}\n',
    )
    around = only(resolve(tmp_path)).surroundings
    roles = list(around.resources("aws_iam_role"))
    assert [(one.address, one.identity) for one in roles] == [
        ('module.roles["a"].aws_iam_role.sms', "module.roles.aws_iam_role.sms"),
        ('module.roles["b"].aws_iam_role.sms', "module.roles.aws_iam_role.sms"),
    ]
    assert [plain(value(one, "name")) for one in roles] == ["a", "b"]
    documents = list(around.resources("data.aws_iam_policy_document"))
    assert [one.address for one in documents] == [
        'module.roles["a"].data.aws_iam_policy_document.trust',
        'module.roles["b"].data.aws_iam_policy_document.trust',
    ]
    assert plain(value(documents[0], "statement.actions")) == ["sts:AssumeRole"]
    assert list(around.resources("aws_none")) == []
    assert around.complete is True


REQUIRES = (
    'terraform {{\n  required_providers {{\n    aws = {{\n      source = "{}"\n      version = "{}"\n    }}\n  }}\n}}\n'
)
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.31.0"\n  constraints = "~> 5.0"\n}\n'


def test_releases_are_those_that_all_modules_of_the_tree_accept(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=REQUIRES.format("hashicorp/aws", ">= 4.0, < 6.0") + 'module "m" {\n  source = "./m"\n}\n' + POOL,
        m__main_tf=REQUIRES.format("registry.terraform.io/hashicorp/aws", ">= 5.10") + POOL,
        other__main_tf=REQUIRES.format("hashicorp/aws", "~> 3.0"),
    )
    expected = Versions((5, 10, 0), (5, 9999, 9999), "required_providers")
    assert [one.surroundings.versions for one in resolve(tmp_path).resources] == [expected, expected]


def test_the_lock_file_is_stronger_and_the_option_strongest(tmp_path: Path) -> None:
    write(tmp_path, main_tf=REQUIRES.format("hashicorp/aws", "~> 5.0") + POOL)
    (tmp_path / ".terraform.lock.hcl").write_text(LOCK)
    locked = only(resolve(tmp_path)).surroundings.versions
    assert locked == Versions((5, 31, 0), (5, 31, 0), "the lock file")
    said = only(resolve(tmp_path, options=Options(provider_version="6.1.0"))).surroundings.versions
    assert said == Versions((6, 1, 0), (6, 1, 0), "the provider version given")


def test_the_requirements_of_another_provider_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, main_tf=REQUIRES.format("example/aws", "~> 1.0") + 'provider "tls" {\n  version = "2"\n}\n' + POOL)
    assert only(resolve(tmp_path)).surroundings.versions.low == (1, 0, 0)


def test_the_old_places_of_constraints(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='provider "aws" {\n  version = "~> 4.5"\n}\n'
        'terraform {\n  required_providers {\n    aws = "< 4.60"\n  }\n}\n' + POOL,
    )
    assert only(resolve(tmp_path)).surroundings.versions == Versions((4, 5, 0), (4, 59, 9999), "required_providers")


@pytest.mark.parametrize(
    ("constraint", "low", "high"),
    [
        ("5.1.2", (5, 1, 2), (5, 1, 2)),
        ("= 5.1", (5, 1, 0), (5, 1, 0)),
        ("~> 5.1.2", (5, 1, 2), (5, 1, 9999)),
        ("~> 5.1", (5, 1, 0), (5, 9999, 9999)),
        ("~> 5", (5, 0, 0), (5, 9999, 9999)),
        (">=4.2.0", (4, 2, 0), None),
        ("> 4.2.0", (4, 2, 1), None),
        ("<= 4.2.0", None, (4, 2, 0)),
        ("< 5", None, (4, 9999, 9999)),
        ("< 4.3", None, (4, 2, 9999)),
        ("< 4.3.1", None, (4, 3, 0)),
        ("!= 4.3.1", None, None),
        (">= 4.0, != 4.5.0, < 5.0", (4, 0, 0), (4, 9999, 9999)),
        (">= 5.0, < 4.0", None, None),
        (">= v4.1.0-beta1", (4, 1, 0), None),
        ("nonsense", None, None),
        ("", None, None),
    ],
)
def test_constraints(constraint: str, low: tuple[int, ...] | None, high: tuple[int, ...] | None) -> None:
    found = constrained([constraint], "here")
    assert (found.low, found.high) == (low, high)
    assert found.source == (None if (low, high) == (None, None) else "here")


def test_an_exact_release_that_cannot_be_read_leaves_all_open() -> None:
    assert exact("latest", "here") == Versions()
