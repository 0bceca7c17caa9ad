"""A make-believe outside world for the demo and the tests: what runs here is never the product."""
