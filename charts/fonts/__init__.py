"""Which glyphs the pictures have: two subsets of Noto Sans SC (see README.md)."""
