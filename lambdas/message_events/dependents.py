"""The belongings of a message: its files in the bucket, and those reactions that found no place in its row.

A file is taken for abandoned, and expires, until a message is sent with it. When the message is deleted or expires, its
files and reactions go too. Repeating any of it changes nothing.
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
        """Let them stay; one that is not there is no error."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Remove them; one that is not there is no error."""
        ...


class Reactions(Protocol):
    """Reactions with rows of their own."""

    def remove(self, message_id: str) -> None:
        """Remove all rows of a message."""
        ...


def look_after(change: Change, files: Files, reactions: Reactions) -> None:
    """Keep the belongings of a new message, or remove those of one that is gone.

    Args:
        change: of the messages table.
        files: where the files are.
        reactions: where the reactions are.
    """
    if change.old is None:
        files.keep(_keys(change.current))
    elif change.new is None or (change.new.get("deletedAt") and change.changed("deletedAt")):
        files.remove(_keys(change.old))
        # Nothing is added to the count any more, nor a row, once the message is deleted: none comes after this.
        if change.old.get("overflowTotal"):
            reactions.remove(f"{change.old['roomId']}:{change.old['seq']}")


def _keys(message: Row) -> list[str]:
    return [attachment["key"] for attachment in message.get("attachments") or ()]
