"""Which resources there are, under which addresses, and where their values came from."""

from __future__ import annotations

from pathlib import Path

from resolving import TYPE, only, plain, reason, resolve, trail, value, write

from cogcheck.model import ObjectValue

POOL = f'variable "mfa" {{}}\nresource "{TYPE}" "main" {{\n  mfa_configuration = var.mfa\n}}\n'


def addresses(*paths: Path) -> list[str]:
    return [resource.address for resource in resolve(*paths).resources]


def test_a_value_remembers_each_step_through_two_modules(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='locals {\n  mfa = "OF"\n}\nmodule "outer" {\n  source = "./outer"\n  mfa = local.mfa\n}\n',
        outer__main_tf='variable "mfa" {}\nmodule "auth" {\n  source = "../auth"\n  mfa    = var.mfa\n}\n',
        auth__main_tf=POOL,
    )
    resource = only(resolve(tmp_path))
    found = value(resource, "mfa_configuration")
    assert resource.address == f"module.outer.module.auth.{TYPE}.main"
    assert plain(found) == "OF"
    assert (found.span.document.path.endswith("auth/main.tf"), found.span.text) == (True, "var.mfa")
    assert trail(found) == [
        'mfa passed by module "auth", main.tf:4',
        'mfa passed by module "outer", main.tf:6',
        "local.mfa, main.tf:2",
    ]


def test_a_default_points_at_the_part_that_is_taken(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'resource "{TYPE}" "main" {{\n'
        '  password_policy {\n    minimum_length = var.policy["min"]\n  }\n}\n',
        variables_tf='variable "policy" {\n  default = {\n    min = 4\n  }\n}\n',
    )
    found = value(only(resolve(tmp_path)), "password_policy.minimum_length")
    assert (plain(found), trail(found)) == (4, ["default of var.policy, variables.tf:3"])


def test_items_of_a_list_stand_in_the_argument(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'variable "all" {{\n  default = ["email",\n    "fax"]\n}}\n'
        f'resource "{TYPE}" "main" {{\n  auto_verified_attributes = var.all\n}}\n',
    )
    found = value(only(resolve(tmp_path)), "auto_verified_attributes")
    assert plain(found) == ["email", "fax"]
    assert [item.span.text for item in found.items] == ["var.all", "var.all"]  # type: ignore[union-attr]
    assert trail(found.items[1]) == ["default of var.all, main.tf:3"]  # type: ignore[union-attr]


def test_a_called_directory_is_judged_through_its_calls_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        prod__main_tf='module "auth" {\n  source = "../modules/auth"\n  mfa = "ON"\n}\n',
        dev__main_tf='module "auth" {\n  source = "../modules/auth"\n  mfa = "OFF"\n}\n',
        modules__auth__main_tf=POOL,
        alone__main_tf=POOL,
    )
    found = [(one.address, plain(value(one, "mfa_configuration"))) for one in resolve(tmp_path).resources]
    assert found == [
        (f"{TYPE}.main", ...),
        (f"module.auth.{TYPE}.main", "OFF"),
        (f"module.auth.{TYPE}.main", "ON"),
    ]


def test_callers_are_found_where_only_a_file_of_the_child_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "auth" {\n  source = "./auth"\n  mfa = "ON"\n}\n'
        'module "other" {\n  source = "./other"\n  mfa = "OFF"\n}\n',
        auth__main_tf=POOL,
        other__main_tf=POOL,
    )
    assert addresses(tmp_path / "auth" / "main.tf") == [f"module.auth.{TYPE}.main"]
    assert addresses(tmp_path / "auth") == [f"module.auth.{TYPE}.main"]
    assert addresses(tmp_path / "main.tf") == [f"module.auth.{TYPE}.main", f"module.other.{TYPE}.main"]


def test_a_call_in_a_comment_is_no_call(tmp_path: Path) -> None:
    write(tmp_path, main_tf='# module "auth" {\n#   source = "./auth"\n# }\n', auth__main_tf=POOL)
    assert addresses(tmp_path) == [f"{TYPE}.main"]


def test_naming_the_values_of_a_root_judges_the_modules_it_calls(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='variable "mfa" {}\nmodule "auth" {\n  source = "./auth"\n  mfa = var.mfa\n}\n',
        terraform_tfvars='mfa = "ON"\n',
        auth__main_tf=POOL,
    )
    found = value(only(resolve(tmp_path / "terraform.tfvars")), "mfa_configuration")
    assert plain(found) == "ON"
    assert trail(found) == [
        'mfa passed by module "auth", main.tf:4',
        "var.mfa set in terraform.tfvars, terraform.tfvars:1",
    ]


def test_a_module_that_calls_itself_is_reported_and_judged_once(tmp_path: Path) -> None:
    write(tmp_path, main_tf=POOL + 'module "again" {\n  source = "./"\n  mfa = "ON"\n}\n')
    project = resolve(tmp_path)
    assert [one.address for one in project.resources] == [f"{TYPE}.main"]
    assert [(one.slug, one.span.text) for one in project.problems] == [("module-loop", 'module "again"')]


def test_modules_that_call_each_other_are_reported(tmp_path: Path) -> None:
    write(
        tmp_path,
        a__main_tf=POOL + 'module "b" {\n  source = "../b"\n  mfa = "ON"\n}\n',
        b__main_tf=POOL + 'module "a" {\n  source = "../a"\n  mfa = "OFF"\n}\n',
    )
    project = resolve(tmp_path)
    assert [one.address for one in project.resources] == [f"{TYPE}.main", f"module.b.{TYPE}.main"]
    assert [one.slug for one in project.problems] == ["module-loop"]


def test_nothing_outside_of_the_repository_is_read(tmp_path: Path) -> None:
    write(tmp_path / "outside", main_tf='output "mfa" {\n  value = "ON"\n}\n')
    (tmp_path / "outside" / "text.txt").write_text("secret")
    inside = write(
        tmp_path / "inside",
        main_tf='module "out" {\n  source = "../outside"\n}\n'
        f'resource "{TYPE}" "main" {{\n  mfa_configuration = module.out.mfa\n  name = file("../outside/text.txt")\n'
        '  email_verification_subject = file("link.txt")\n}\n',
    )
    (inside / "link.txt").symlink_to(tmp_path / "outside" / "text.txt")
    resource = only(resolve(inside))
    assert reason(value(resource, "mfa_configuration")) == "module.out lies outside of the repository"
    assert plain(value(resource, "name")) is ...
    assert plain(value(resource, "email_verification_subject")) is ...
    assert resource.surroundings.complete is False


def test_a_remote_module_leaves_its_outputs_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
        f'resource "{TYPE}" "main" {{\n  name = module.vpc.name\n}}\n',
    )
    resource = only(resolve(tmp_path))
    assert reason(value(resource, "name")) == "module.vpc comes from terraform-aws-modules/vpc/aws, which is not read"
    assert resource.surroundings.complete is False


def test_a_missing_module_directory_is_no_problem_of_ours(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "gone" {\n  source = "./gone"\n}\n'
        f'resource "{TYPE}" "main" {{\n  name = module.gone.name\n}}\n',
    )
    assert reason(value(only(resolve(tmp_path)), "name")) == "module.gone has no configuration in ./gone"


def test_instances_that_are_unknown_are_one_resource(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='variable "on" {}\nvariable "pools" {}\n'
        f'resource "{TYPE}" "a" {{\n  count = var.on ? 1 : 0\n  name = "a${{count.index}}"\n}}\n'
        f'resource "{TYPE}" "b" {{\n  for_each = var.pools\n  name = each.key\n'
        "  mfa_configuration = each.value.mfa\n}\n"
        'module "m" {\n  source = "./m"\n  for_each = var.pools\n  mfa = each.value\n}\n',
        m__main_tf=POOL,
    )
    found = resolve(tmp_path).resources
    assert [one.address for one in found] == [f"{TYPE}.a[*]", f"{TYPE}.b[*]", f"module.m[*].{TYPE}.main"]
    assert [one.identity for one in found] == [f"{TYPE}.a", f"{TYPE}.b", f"module.m.{TYPE}.main"]
    assert all(one.instances for one in found)
    assert reason(value(found[1], "mfa_configuration")) == "var.pools has no default and no value was given"


def test_without_instances_what_is_written_remains(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'resource "{TYPE}" "a" {{\n  count = 0\n  name = "a"\n}}\n'
        f'resource "{TYPE}" "b" {{\n  for_each = {{}}\n  name = "b"\n}}\n'
        'module "m" {\n  source = "./m"\n  count = 0\n  mfa = "ON"\n}\n',
        m__main_tf=POOL,
    )
    found = [(one.address, one.instances, len(one.block.arguments)) for one in resolve(tmp_path).resources]
    assert found == [(f"{TYPE}.a", False, 1), (f"{TYPE}.b", False, 1), (f"module.m.{TYPE}.main", False, 1)]


def test_more_instances_than_anyone_needs_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, main_tf=f'resource "{TYPE}" "a" {{\n  count = 1001\n  name = "a"\n}}\n')
    project = resolve(tmp_path)
    assert len(project.resources) == 1000
    assert [one.slug for one in project.problems] == ["evaluation-limit"]


def test_names_that_refer_to_themselves_are_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf="locals {\n  a = local.b\n  b = local.a\n  c = local.c\n}\n"
        'module "m" {\n  source = "./m"\n  in = module.m.out\n}\n'
        f'resource "{TYPE}" "x" {{\n  name = local.a\n  mfa_configuration = {TYPE}.y.mfa_configuration\n}}\n'
        f'resource "{TYPE}" "y" {{\n  name = local.c\n  mfa_configuration = {TYPE}.x.mfa_configuration\n}}\n'
        f'resource "{TYPE}" "z" {{\n  for_each = {TYPE}.z\n  name = module.m.out\n}}\n',
        m__main_tf='variable "in" {}\noutput "out" {\n  value = var.in\n}\n',
    )
    project = resolve(tmp_path)
    assert project.problems == ()
    x, y, z = project.resources
    assert reason(value(x, "name")) == "local.a refers to itself"
    assert reason(value(y, "name")) == "local.c refers to itself"
    assert reason(value(x, "mfa_configuration")) == f"{TYPE}.y.mfa_configuration refers to itself"
    assert z.address == f"{TYPE}.z[*]"
    assert reason(value(z, "name")) == "output.out refers to itself"


def test_two_references_to_one_unknown_have_one_identity(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./m"\n  for_each = toset(["x"])\n}\n',
        m__main_tf='variable "a" {}\nlocals {\n  b = timestamp()\n}\n'
        f'resource "{TYPE}" "main" {{\n  name = var.a\n  deletion_protection = local.b\n'
        "  sms_authentication_message = aws_iam_role.r.arn\n}\n"
        'resource "aws_iam_role" "r" {\n  count = 1\n}\n',
    )
    resource = only(resolve(tmp_path))
    identities = [getattr(one.value, "identity", None) for one in resource.block.arguments.values()]
    assert identities[:2] == ['module.m["x"].var.a', 'module.m["x"].local.b']


def test_attributes_of_other_resources(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='resource "aws_iam_role" "r" {\n  name = "role"\n}\n'
        'resource "aws_iam_role" "many" {\n  count = 2\n  name = "role${count.index}"\n}\n'
        'data "aws_thing" "d" {\n  for_each = toset(["k"])\n  name = each.key\n}\n'
        f'resource "{TYPE}" "main" {{\n  name = aws_iam_role.r.name\n  a = aws_iam_role.r.arn\n'
        '  b = aws_iam_role.many[1].name\n  c = aws_iam_role.many[0].arn\n  d = join("", aws_iam_role.many[*].name)\n'
        '  e = data.aws_thing.d["k"].name\n  f = resource.aws_iam_role.r.name\n  g = aws_iam_role.none.arn\n}\n',
    )
    resource = only(resolve(tmp_path))
    assert {name: plain(one.value) for name, one in resource.block.arguments.items()} == {
        "name": "role",
        "a": ...,
        "b": "role1",
        "c": ...,
        "d": "role0role1",
        "e": "k",
        "f": "role",
        "g": ...,
    }
    assert trail(value(resource, "name")) == ["aws_iam_role.r.name, main.tf:2"]
    assert value(resource, "a").identity == "aws_iam_role.r.arn"  # type: ignore[union-attr]
    assert value(resource, "a").not_null is True  # type: ignore[union-attr]
    assert value(resource, "c").identity == "aws_iam_role.many[0].arn"  # type: ignore[union-attr]


def test_paths_and_workspace(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf='module "m" {\n  source = "./deep/m"\n}\n',
        deep__m__main_tf=f'resource "{TYPE}" "main" {{\n'
        '  name = "${path.module} ${path.root} ${terraform.workspace}"\n'
        '  a = file("${path.module}/a.txt")\n  b = self.name\n  c = each.key\n}\n',
    )
    (tmp_path / "deep" / "m" / "a.txt").write_text("text")
    resource = only(resolve(tmp_path))
    assert plain(value(resource, "name")) == "deep/m . default"
    assert plain(value(resource, "a")) == "text"
    assert plain(value(resource, "b")) is ...
    assert plain(value(resource, "c")) is ...


def test_import_blocks_are_delivered(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'import {{\n  to = {TYPE}.main\n  id = "us-east-1_abc"\n}}\n'
        f'import {{\n  to = module.m["k"].{TYPE}.many[0]\n  id = var.id\n}}\n',
    )
    found = [(one.to, one.type, plain(one.id), one.span.text) for one in resolve(tmp_path).imports]
    assert found == [
        (f"{TYPE}.main", TYPE, "us-east-1_abc", '"us-east-1_abc"'),
        (f'module.m["k"].{TYPE}.many[0]', TYPE, ..., "var.id"),
    ]


def test_meta_arguments_are_no_arguments(tmp_path: Path) -> None:
    write(
        tmp_path,
        main_tf=f'resource "{TYPE}" "main" {{\n  count = 1\n  depends_on = [var.x]\n  provider = aws.x\n  name = "a"\n'
        '  lifecycle {\n    ignore_changes = [password_policy[0].minimum_length, tags["a"], schema]\n  }\n'
        '  provisioner "local-exec" {}\n  connection {}\n  timeouts {}\n}\n'
        f'resource "{TYPE}" "all" {{\n  lifecycle {{\n    ignore_changes = all\n  }}\n}}\n',
    )
    main, every = resolve(tmp_path).resources
    assert list(main.block.arguments) == ["name"]
    assert [block.type for block in main.block.blocks] == ["timeouts"]
    assert main.ignore_changes == ("password_policy.minimum_length", "tags.a", "schema")
    assert every.ignore_changes == ("all",)


def test_parts_of_large_objects_remember_their_way(tmp_path: Path) -> None:
    entries = "".join(f'    k{at} = {{ mfa = "m{at}" }}\n' for at in range(50))
    write(
        tmp_path,
        main_tf=f"locals {{\n  all = {{\n{entries}  }}\n  again = local.all\n}}\n"
        f'resource "{TYPE}" "main" {{\n  name = local.again["k7"].mfa\n  mfa_configuration = local.again.k8.mfa\n'
        "  tags = local.again\n}\n",
    )
    resource = only(resolve(tmp_path))
    assert plain(value(resource, "name")) == "m7"
    assert trail(value(resource, "name")) == ["local.again, main.tf:54", "local.all, main.tf:10"]
    assert trail(value(resource, "mfa_configuration")) == ["local.again, main.tf:54", "local.all, main.tf:11"]
    tags = value(resource, "tags")
    assert isinstance(tags, ObjectValue)
    assert len(tags.entries) == 50
    assert ("k7" in tags.entries, "x" in tags.entries) == (True, False)
    assert tags.entries["k7"].span.text == "local.again"


def test_a_second_declaration_is_refused_and_judged_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, a_tf=f'resource "{TYPE}" "main" {{\n  name = "a"\n}}\n')
    write(tmp_path, b_tf=f'resource "{TYPE}" "main" {{\n  name = "b"\n}}\n')
    found = resolve(tmp_path)
    assert [Path(one.block.header.document.path).name for one in found.resources] == ["a.tf", "b.tf"]
    assert [one.slug for one in found.problems] == ["refused-declaration"]
