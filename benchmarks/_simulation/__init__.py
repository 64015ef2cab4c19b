"""Virtual users of `python -m benchmarks load`, and the checks of the results."""
