"""Modules with one user pool each, of about 58 lines; which blocks they have and what is in them depends on chance."""

from __future__ import annotations

from random import Random

_HEADER = """\
variable "stage" {{
  type    = string
  default = "{stage}"
}}

variable "password" {{
  type    = object({{ length = number, symbols = optional(bool, {symbols}) }})
  default = {{ length = {length} }}
}}

locals {{
  name    = "{name}-${{var.stage}}"
  service = "cognito-idp.amazonaws.com"
  tags    = merge({{ Team = "{team}", Cost = "{cost}" }}, {{ Stage = upper(var.stage) }})
}}

resource "aws_iam_role" "sms" {{
  name               = "${{local.name}}-sms"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = local.service }} }}]
  }})
}}

resource "aws_cognito_user_pool" "{resource}" {{
  name                     = local.name
  mfa_configuration        = "OPTIONAL"
  auto_verified_attributes = [{verified}]
  tags                     = local.tags

  password_policy {{
    minimum_length    = var.password.length
    require_lowercase = true
    require_symbols   = var.password.symbols
    require_numbers   = {numbers}
  }}

  sms_configuration {{
    external_id    = "{name}"
    sns_caller_arn = aws_iam_role.sms.arn
  }}
"""

_MESSAGES = """
  verification_message_template {{
    default_email_option = "CONFIRM_WITH_CODE"
    email_message        = "{greeting}, your code for ${{local.name}} is {{####}}"
    email_subject        = "{greeting} from {team}"
    sms_message          = "{{####}} is your code for {name}"
  }}
"""

_INVITATION = """
  admin_create_user_config {{
    allow_admin_create_user_only = {numbers}
    invite_message_template {{
      email_message = "{greeting} {{username}}, your password is {{####}}"
      email_subject = "{greeting}"
      sms_message   = "{{username}}: {{####}} ({name})"
    }}
  }}
"""

_SCHEMA = """
  schema {{
    name                = "{attribute}"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {{
      min_length = {low}
      max_length = {high}
    }}
  }}
"""

_DEVICES = """
  device_configuration {{
    challenge_required_on_new_device      = {numbers}
    device_only_remembered_on_user_prompt = {symbols}
  }}

  user_pool_add_ons {{
    advanced_security_mode = "{mode}"
  }}
"""

_RECOVERY = """
  account_recovery_setting {{
    dynamic "recovery_mechanism" {{
      for_each = ["{first}", "{second}"]
      content {{
        name     = recovery_mechanism.value
        priority = recovery_mechanism.key + 1
      }}
    }}
  }}
"""

_FOOTER = """}}

output "arn" {{
  value = aws_cognito_user_pool.{resource}.arn
}}
"""

_CHOICES = {_MESSAGES: 7, _INVITATION: 9, _SCHEMA: 10, _DEVICES: 9, _RECOVERY: 10}
"""Blocks that a pool may have, and how many lines each is."""
_LINES = 54


def module(random: Random, name: str) -> str:
    """The text of a module with a pool of this name. One in ten asks for passwords that are too short."""
    recovery = random.sample(["verified_email", "verified_phone_number"], 2)
    values = {
        "name": name,
        "resource": random.choice(["main", "users", "customers", "staff"]),
        "stage": random.choice(["dev", "test", "prod"]),
        "length": 4 if random.random() < 0.1 else random.randint(8, 40),
        "symbols": random.choice(["true", "false"]),
        "numbers": random.choice(["true", "false"]),
        "team": f"team-{random.randrange(1000)}",
        "cost": random.randrange(10_000),
        "verified": random.choice(['"email"', '"email", "phone_number"', '"phone_number"']),
        "greeting": random.choice(["Hello", "Welcome", "Hi", "Good day"]) + f" {random.randrange(1000)}",
        "attribute": f"attribute{random.randrange(100_000)}",
        "low": random.randint(0, 8),
        "high": random.randint(16, 2048),
        "mode": random.choice(["OFF", "AUDIT", "ENFORCED"]),
        "first": recovery[0],
        "second": recovery[1],
    }
    parts = [_HEADER]
    for block in random.sample(list(_CHOICES), len(_CHOICES)):
        if sum(part.count("\n") for part in parts) + _CHOICES[block] <= _LINES:
            parts.append(block)
    return "".join(part.format(**values) for part in (*parts, _FOOTER))
