"""From `Body` to `Resource`: modules, values, expansion, plans, CDKTF."""
