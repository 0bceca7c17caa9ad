"""How each outside party is spoken to: the files, marketplaces and couriers we know."""
