"""The field's own values and rules, on the standard library alone."""
