"""What a month costs: list prices, measured units, a load, and what a plan would change."""
