"""A finding of the plan review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ops.review.rules.grants import Grant

RefusedChange = Literal[
    "deletion_protection",
    "destroy",
    "force_destroy",
    "forget",
    "point_in_time_recovery",
    "recovery_period_in_days",
    "replace",
]
"""The kinds of change that need an approval: an action, or the protection that is taken away."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A change in a plan that the review reports.

    Attributes:
        kind: the area of the change, for example ``data loss``.
        address: the resource.
        message: one sentence, in which values are code spans (`ops.sanitize.quoted`).
        refusal: the kind of change for which the plan needs an approval; None for a finding that is reported only.
        approval_reason: the reason in the approval file, or None.
        owner: the resource under which a report lists the finding, for example the role of a policy; empty for the
            resource itself.
        grants: the new permissions that the message describes; empty for any other finding.
        is_new: whether the plan adds the owner, so that everything about it is new.
    """

    kind: str
    address: str
    message: str
    refusal: RefusedChange | None = None
    approval_reason: str | None = None
    owner: str = ""
    grants: tuple[Grant, ...] = ()
    is_new: bool = False

    @property
    def refused(self) -> bool:
        """Whether the plan needs an approval."""
        return self.refusal is not None

    @property
    def blocks(self) -> bool:
        """Whether the finding blocks the plan."""
        return self.refused and self.approval_reason is None
