"""Modules about anything but user pools, as fill most of a monorepo: three files each, some with local calls."""

from __future__ import annotations

from random import Random

_VARIABLE = """\
variable "{name}" {{
  type        = {type}
  description = "The {name} of this service, as agreed with team {number}."
  default     = {default}
}}

"""

_RESOURCES = (
    """\
resource "aws_s3_bucket" "{name}" {{
  bucket        = "${{var.stage}}-{name}-{number}"
  force_destroy = {flag}

  tags = merge(local.tags, {{
    Name = "{name}"
    Cost = "{number}"
  }})
}}

""",
    """\
resource "aws_iam_policy" "{name}" {{
  name   = "${{local.prefix}}-{name}"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "kms:Decrypt"]
      Resource = "arn:aws:s3:::{name}-{number}/*"
    }}]
  }})
}}

""",
    """\
resource "aws_security_group_rule" "{name}" {{
  type              = "ingress"
  from_port         = {number}
  to_port           = {number}
  protocol          = "tcp"
  cidr_blocks       = [for block in var.blocks : cidrsubnet(block, 4, {small})]
  security_group_id = aws_security_group.this.id
  description       = "{name} of ${{var.stage}}"
}}

""",
    """\
resource "aws_cloudwatch_metric_alarm" "{name}" {{
  count               = var.stage == "prod" ? 1 : 0
  alarm_name          = "${{local.prefix}}-{name}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = {small}
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = {number}
  alarm_actions       = [aws_sns_topic.alarms.arn]
}}

""",
)

_CALL = """\
module "{name}" {{
  source = "../service-{target}"
  stage  = var.stage
  name   = "{name}-{number}"
}}

"""

_LOCALS = """\
locals {{
  prefix = "{name}-${{var.stage}}"
  tags   = {{ Service = "{name}", Team = "team-{number}" }}
}}

"""

_OUTPUT = """\
output "{name}_arn" {{
  description = "Where {name} is found, for the services that read from it."
  value       = try(aws_s3_bucket.{name}.arn, "arn:aws:s3:::{name}-{number}")
}}

"""

_DEFAULTS = {"string": '"{number}"', "number": "{number}", "bool": "{flag}", "list(string)": '["{name}", "{number}"]'}


def files(random: Random, number: int, size: int) -> dict[str, str]:
    """The files of a module by name, of about that many bytes each. `number` is that of the first file."""
    # Services lie every three files, spread over the domains by their number: a multiple of 120 back is a neighbour.
    target = number - 120
    call = [_filled(_CALL, random, target=target)] if target >= 0 and random.random() < 0.3 else []
    return {
        "main.tf": _text(random, size, [_filled(_LOCALS, random), *call], _RESOURCES),
        "variables.tf": _text(random, size, [], (_VARIABLE,)),
        "outputs.tf": _text(random, size, [], (_OUTPUT,)),
    }


def _text(random: Random, size: int, parts: list[str], templates: tuple[str, ...]) -> str:
    while sum(map(len, parts)) < size:
        parts.append(_filled(random.choice(templates), random))
    return "".join(parts)


def _filled(template: str, random: Random, **more: object) -> str:
    type_ = random.choice(list(_DEFAULTS))
    values = {
        "name": f"{random.choice(['orders', 'billing', 'search', 'events', 'reports'])}_{random.randrange(10_000)}",
        "number": random.randrange(100, 10_000),
        "small": random.randrange(1, 9),
        "flag": random.choice(["true", "false"]),
        "type": type_,
        **more,
    }
    return template.format(default=_DEFAULTS[type_].format(**values), **values)
