"""A finding of the plan review."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A change in a plan that the review reports.

    Attributes:
        kind: the area of the change, for example ``data loss``.
        address: the resource.
        message: one sentence.
        refused: whether the plan needs an approval; other findings are reported only.
        approval_reason: the reason in the approval file, or None.
    """

    kind: str
    address: str
    message: str
    refused: bool = False
    approval_reason: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether the finding blocks the plan."""
        return self.refused and self.approval_reason is None
