"""What an order and a stock level are, and what may happen to them."""
