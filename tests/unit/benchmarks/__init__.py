"""The load that a benchmark makes checks what it was promised, and is pointed where it should go."""
