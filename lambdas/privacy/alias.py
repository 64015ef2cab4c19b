"""Who stands in a deleted user's place: a name for everybody, and an id for each room.

The id is the same throughout a room, so that a conversation can still be followed, and another in every room, so that
nobody can put together from several rooms who it was. It is made with a secret that is forgotten when the deletion is
done: from then on there is no way back, and none forward either.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract.names import DELETED_ID_PREFIX

if TYPE_CHECKING:
    from lambdas.privacy.job import Job

_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Leaver:
    """The deleted user, as one room will know the user from now on."""

    user_id: str
    alias: str
    is_erasing: bool
    """Whether messages go, instead of their author's name."""


def alias(job: Job, room_id: str) -> str:
    """Return the id that stands for the job's user in a room."""
    digest = hmac.new(bytes.fromhex(job.secret), room_id.encode(), hashlib.sha256).hexdigest()
    return f"{DELETED_ID_PREFIX}{digest[:_LENGTH]}"
