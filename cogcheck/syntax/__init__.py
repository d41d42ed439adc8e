"""Reading files into `Body`: HCL and Terraform JSON."""
