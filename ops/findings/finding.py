"""One thing that a reviewer must not overlook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["data loss", "authorization", "permissions", "schema"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a plan would do that deserves a second look.

    Attributes:
        kind: what it is about.
        address: the resource.
        message: one sentence.
        refused: whether it needs a written approval; otherwise it is called out only.
        approved_because: the reason in the approval file, where there is one.
    """

    kind: Kind
    address: str
    message: str
    refused: bool = False
    approved_because: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it stops the plan."""
        return self.refused and self.approved_because is None
