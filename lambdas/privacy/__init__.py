"""Privacy: what users ask for about their own data, in steps that may be interrupted anywhere and go on from there."""
