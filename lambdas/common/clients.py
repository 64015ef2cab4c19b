"""Timeouts of AWS clients, shorter than those of the functions, so that the log shows which call timed out.

Botocore's defaults are 60 seconds to connect, 60 seconds to read and five attempts: more than any function here may
take. A service that does not respond would look like a function that timed out.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.config import Config

_LONGEST_PAUSE_SECONDS = 1
"""Maximum delay before the second attempt in botocore's retry mode ``standard``."""


@dataclass(frozen=True, slots=True)
class CallTimeouts:
    """Timeouts of a call in seconds, and its number of attempts."""

    connect: float
    read: float
    attempts: int

    @property
    def longest(self) -> float:
        """Maximum duration of a call in seconds, with all attempts."""
        return self.attempts * (self.connect + self.read) + (self.attempts - 1) * _LONGEST_PAUSE_SECONDS

    @property
    def config(self) -> Config:
        """The configuration for ``boto3.client``."""
        return Config(
            connect_timeout=self.connect,
            read_timeout=self.read,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
        )


BACKGROUND = CallTimeouts(connect=2, read=8, attempts=2)
"""For functions on streams and schedules: 21 seconds at most."""
INTERACTIVE = CallTimeouts(connect=0.5, read=1, attempts=1)
"""For Cognito's triggers, which have 5 seconds for at most three calls, and which Cognito retries twice."""
