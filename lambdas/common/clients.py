"""Clients of AWS's services that give up before the function has to: then its log says on what it waited.

Botocore's own bounds are a minute for a connection, a minute for an answer, and five attempts: longer than any function
here may take, so that a service that hangs would look like a function that was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.config import Config

_LONGEST_PAUSE_SECONDS = 1
"""Between the first and the second attempt (botocore's retry mode ``standard``: up to 2 to the power of 0)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long one call may take, in seconds, and how often it is tried."""

    connect: float
    read: float
    attempts: int

    @property
    def longest(self) -> float:
        """Seconds after which a call has ended in any case."""
        return self.attempts * (self.connect + self.read) + (self.attempts - 1) * _LONGEST_PAUSE_SECONDS

    @property
    def config(self) -> Config:
        """The bounds as boto3 takes them."""
        return Config(
            connect_timeout=self.connect,
            read_timeout=self.read,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
        )


LATER = Bounds(connect=2, read=8, attempts=2)
"""For what nobody waits for: streams and the schedule, 29 seconds."""
AT_ONCE = Bounds(connect=1, read=2, attempts=1)
"""For what somebody waits for: Cognito's triggers, 5 seconds, which Cognito itself repeats twice."""
