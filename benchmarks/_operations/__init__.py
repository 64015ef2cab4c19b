"""The costs of each operation of the API: the measured cases, their rooms, and the results."""
