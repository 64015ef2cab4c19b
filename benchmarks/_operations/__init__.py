"""What each operation of the API costs: the cases to measure, the rooms they are measured in, and the figures."""
