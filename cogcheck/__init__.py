"""cogcheck: a policy linter and static validator for Terraform's aws_cognito_user_pool."""

__version__ = "0.1.0"

REPOSITORY = "https://github.com/cogcheck/cogcheck"
