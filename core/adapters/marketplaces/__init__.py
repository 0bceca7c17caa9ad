"""Marketplaces: one declarative driver, and a configuration for each platform."""
