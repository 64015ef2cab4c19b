"""Names that resolvers, functions, clients and stacks share."""

from __future__ import annotations

from typing import Final

from contract import values

_VALUES = values("names")
DELETED_NAME: Final[str] = _VALUES["deletedName"]
DELETED_ID_PREFIX: Final[str] = _VALUES["deletedIdPrefix"]
DIRECT_ROOM_PREFIX: Final[str] = _VALUES["directRoomPrefix"]
REACTION_COUNT_PREFIX: Final[str] = _VALUES["reactionCountPrefix"]
VOID_TYPE: Final[str] = _VALUES["voidType"]
SYSTEM_TYPE: Final[str] = _VALUES["systemType"]
TEXT_TYPE: Final[str] = _VALUES["textType"]
FILE_TYPES: Final[tuple[str, ...]] = tuple(_VALUES["fileTypes"])
ROLES: Final[tuple[str, ...]] = tuple(_VALUES["roles"])
"""Lowest first."""
ADMIN_GROUP: Final[str] = _VALUES["adminGroup"]
MODERATOR_GROUP: Final[str] = _VALUES["moderatorGroup"]
EVERYBODY_GROUP: Final[str] = _VALUES["everybodyGroup"]
ERROR_TYPES: Final[tuple[str, ...]] = tuple(_VALUES["errorTypes"])
MESSAGE_EVENTS: Final[tuple[str, ...]] = tuple(_VALUES["messageEvents"])
ROOM_EVENTS: Final[tuple[str, ...]] = tuple(_VALUES["roomEvents"])
