"""Commands for maintainers of this repository."""
