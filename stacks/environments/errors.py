"""The error of configuration: what the user gave cannot be used."""

from __future__ import annotations


class ConfigurationError(Exception):
    """What the user gave cannot be used. Each of ``lines`` names the place, the value and the remedy."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(self.lines))
