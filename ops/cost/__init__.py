"""Monthly cost: list prices, measured units of each operation, an assumed load, and the cost change of a plan."""
