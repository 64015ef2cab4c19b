"""Which changes of a table reach which function: filter patterns of Lambda, as the JSON that AWS takes.

What does not match costs nothing. Patterns know one image at a time (Lambda developer guide, "Control which events
Lambda sends to your function"), so they cannot tell what changed: the functions look again.
"""

from __future__ import annotations

import json
from typing import Any

_EXISTS = [{"exists": True}]


def _pattern(*events: str, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None) -> str:
    """Return a pattern for these events (any when none is given) and for what the images have to hold."""
    images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
    pattern = {"dynamodb": images, **({"eventName": list(events)} if events else {})}
    return json.dumps(pattern, sort_keys=True, separators=(",", ":"))


MESSAGES_FOR_NOTIFICATIONS = (
    _pattern("INSERT", new={"type": {"S": ["TEXT", "IMAGE", "FILE"]}}),
    _pattern("MODIFY", new={"editedAt": {"S": _EXISTS}}),
    _pattern("MODIFY", new={"deletedBy": {"S": _EXISTS}}),
)
"""What people write, change and delete; reactions, reply counts and what the backend writes stay outside."""

MEMBERSHIPS_FOR_ROOM_EVENTS = (
    _pattern("MODIFY", old={"state": {"S": ["ACTIVE"]}}, new={"state": {"S": ["LEFT", "BANNED", "INVITED"]}}),
    _pattern("REMOVE", old={"state": {"S": ["ACTIVE"]}}),
)
"""Members who are none any more; marking a room as read, the most frequent change, is not among them."""

MEMBERSHIPS_FOR_NOTIFICATIONS = (
    _pattern(new={"state": {"S": ["INVITED"]}}),
    _pattern(new={"lastAct": {"M": {"auditId": {"S": _EXISTS}}}}),
)
"""Invitations, and members whom a moderator has acted on."""
