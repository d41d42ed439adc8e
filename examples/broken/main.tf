variable "password_length" {
  type    = number
  default = 4
}

resource "aws_cognito_user_pool" "customers" {
  name                       = "customers"
  mfa_configuration          = "ON"
  email_verification_message = "Your code is {###}"

  password_policy {
    minimum_length = var.password_length
  }

  email_configuration {
    from_email_address = "accounts@example.com"
  }
}
