"""Spreadsheets in and out: the home of python-calamine, XlsxWriter and the csv module."""
