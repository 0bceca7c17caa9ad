"""Which pictures the shop gets, and whether they say the same as their words."""
