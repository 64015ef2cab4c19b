"""The dependents of a message: its files in the bucket, and the reactions that do not fit in its row.

An upload expires unless a message is sent with it. When the message is deleted or expires, its files and reactions are
deleted too. All of this is idempotent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdas.common.items import Row
    from lambdas.common.streams import Change


class Files(Protocol):
    """Files in the bucket, by key."""

    def keep(self, keys: Sequence[str]) -> None:
        """Prevent their expiry; missing files are ignored."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Delete them; missing files are ignored."""
        ...


class Reactions(Protocol):
    """Reactions in separate rows."""

    def remove(self, message_id: str) -> None:
        """Delete all rows of a message."""
        ...


def update_dependents(change: Change, files: Files, reactions: Reactions) -> None:
    """Keep the files of a new message, or delete the dependents of a deleted or expired message.

    Args:
        change: A change in the messages table.
        files: Files in the bucket.
        reactions: Reactions in separate rows.
    """
    if change.old is None:
        files.keep(_keys(change.current))
    elif change.new is None or (change.new.get("deletedAt") and change.changed("deletedAt")):
        files.remove(_keys(change.old))
        # A deleted message gets no more reactions, so that no row is added after this.
        if change.old.get("overflowTotal"):
            reactions.remove(f"{change.old['roomId']}:{change.old['seq']}")


def _keys(message: Row) -> list[str]:
    return [attachment["key"] for attachment in message.get("attachments") or ()]
