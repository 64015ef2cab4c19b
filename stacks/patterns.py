"""Which changes of a table reach which function: filter patterns of Lambda, as the JSON that AWS takes.

What does not match costs nothing. Patterns know one image at a time (Lambda developer guide, "Control which events
Lambda sends to your function"), so they cannot tell what changed: the functions look again.
"""

from __future__ import annotations

import json
from typing import Any

from contract.names import FILE_TYPES, TEXT_TYPE

_EXISTS = [{"exists": True}]


def _pattern(*events: str, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None) -> str:
    """Return a pattern for these events (any when none is given) and for what the images have to hold."""
    images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
    pattern = {"dynamodb": images, **({"eventName": list(events)} if events else {})}
    return json.dumps(pattern, sort_keys=True, separators=(",", ":"))


MESSAGES_FOR_NOTIFICATIONS = (
    _pattern("INSERT", new={"type": {"S": [TEXT_TYPE, *FILE_TYPES]}}),
    _pattern("MODIFY", new={"editedAt": {"S": _EXISTS}}),
    _pattern("MODIFY", new={"deletedBy": {"S": _EXISTS}}),
)
"""What people write, change and delete; reactions, reply counts and what the backend writes stay outside."""

_UNPUBLISHED = _pattern("INSERT", "MODIFY", new={"unpublished": {"M": {"id": {"S": _EXISTS}}}})
"""What has an event that the answer of its mutation did not bring to subscribers; see docs/adr/0014."""

MEMBERSHIPS_FOR_ROOM_EVENTS = (
    _pattern("MODIFY", old={"state": {"S": ["ACTIVE"]}}, new={"state": {"S": ["LEFT", "BANNED", "INVITED"]}}),
    _pattern("REMOVE", old={"state": {"S": ["ACTIVE"]}}),
    _pattern("MODIFY", old={"state": {"S": ["LEFT", "BANNED", "INVITED"]}}, new={"state": {"S": ["ACTIVE"]}}),
    _pattern("INSERT", new={"state": {"S": ["ACTIVE"]}, "role": {"S": ["MEMBER"]}}),
    _UNPUBLISHED,
)
"""Members who come, members who have gone, and what was not published. The most frequent change, marking a room as
read, is among them only if its answer was not the event."""

ROOMS_FOR_ROOM_EVENTS = (_pattern("MODIFY", new={"renamedFrom": {"S": _EXISTS}}), _UNPUBLISHED)
"""Rooms with a new name, and typing and presence that were not published. The next message takes these marks away, so
messages, by far the most changes, stay outside."""

MESSAGES_FOR_MESSAGE_EVENTS = (
    _pattern("INSERT", new={"type": {"S": [*FILE_TYPES]}}),
    _pattern("MODIFY", new={"deletedAt": {"S": _EXISTS}}),
    _pattern("REMOVE", old={"type": {"S": [*FILE_TYPES]}}),
    _pattern("REMOVE", old={"overflowTotal": {"N": _EXISTS}}),
    _UNPUBLISHED,
)
"""Messages with files, deleted ones, those that expire with files or with reactions outside of their row, and what was
not published."""

MEMBERSHIPS_FOR_NOTIFICATIONS = (
    _pattern(new={"state": {"S": ["INVITED"]}}),
    _pattern(new={"lastAct": {"M": {"auditId": {"S": _EXISTS}}}}),
)
"""Invitations, and members whom a moderator has acted on."""

PRIVACY_JOBS = (_pattern("INSERT", "MODIFY", new={"wakes": {"BOOL": [True]}}),)
"""Jobs that begin or go on. That a page of one is done, which is written after each, is not among them."""
