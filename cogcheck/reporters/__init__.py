"""One module a format: a Report in, text out."""
