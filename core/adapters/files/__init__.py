"""Orders in spreadsheets: the presets for known exports, and the way from a file to pages."""
