"""The one HTTP client: how this program asks anybody outside, and whom it refuses to ask."""
