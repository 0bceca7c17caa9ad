"""Measured figures: each script prints one JSON line per goal, with its floor of the same run."""
