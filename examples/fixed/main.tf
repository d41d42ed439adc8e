variable "password_length" {
  type    = number
  default = 12
}

resource "aws_cognito_user_pool" "customers" {
  name                       = "customers"
  mfa_configuration          = "ON"
  email_verification_message = "Your code is {####}"

  software_token_mfa_configuration {
    enabled = true
  }

  password_policy {
    minimum_length = var.password_length
  }

  email_configuration {
    email_sending_account = "DEVELOPER"
    from_email_address    = "accounts@example.com"
    source_arn            = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
  }
}
