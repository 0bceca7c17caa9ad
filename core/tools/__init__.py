"""Homes of the libraries that the domain needs at its edge, one file each."""
