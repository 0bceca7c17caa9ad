"""Gateways to chat platforms, the command line, and the wiring that builds everything."""
