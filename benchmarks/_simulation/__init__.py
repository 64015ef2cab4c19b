"""People who chat all at once: what `python -m benchmarks load` lets loose on a backend, and then checks."""
