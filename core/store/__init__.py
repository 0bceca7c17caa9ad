"""The shop's database: tables, the one write door, and every SQL statement there is."""
