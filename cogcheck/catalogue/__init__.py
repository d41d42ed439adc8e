"""Rules and shapes as data, and what runs them."""
