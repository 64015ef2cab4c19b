"""Tests of the terminal chat's state of a room, with events in any order."""

from __future__ import annotations

from typing import Any

import pytest

from local.demo.chat.application import timeline_text
from local.demo.chat.timeline import Timeline

ME, OTHER = "me", "other"


def message(seq: int, author: str = OTHER, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a message
    return {
        "id": f"m{seq}",
        "seq": seq,
        "type": "TEXT",
        "content": f"text {seq}",
        "authorId": author,
        "authorName": author.capitalize(),
        "clientMessageId": f"c{seq}",
        "revision": 1,
        "reactions": [],
        "editedAt": None,
        "deletedAt": None,
        **changes,
    }


def typing(seconds: int, user: str = OTHER) -> dict[str, Any]:
    return {"userId": user, "displayName": "Other", "expiresAt": f"1970-01-01T00:00:{seconds:02d}Z"}


@pytest.fixture
def timeline() -> Timeline:
    return Timeline(ME, read_seq=1, clock=lambda: 10.0)


def test_a_void_is_not_displayed_and_counts_as_read(timeline: Timeline) -> None:
    void = message(3, type="VOID", content=None, authorId=None, clientMessageId=None)
    timeline.show([message(1), message(2), void])
    assert [entry["seq"] for entry in timeline.messages] == [1, 2]
    assert timeline.last_seq == 3


def test_messages_of_others_after_the_last_read_one_are_unread(timeline: Timeline) -> None:
    system = message(5, type="SYSTEM", content="Other joined.")
    timeline.show([message(1), message(2), message(3, ME), message(4), system])
    assert timeline.unread == 2
    timeline.read_seq = 4
    assert timeline.unread == 0


def test_a_confirmed_message_leaves_the_outbox(timeline: Timeline) -> None:
    timeline.unsent = {"c1": "text 1", "c2": "text 2"}
    timeline.show([message(1, ME)])
    assert timeline.unsent == {"c2": "text 2"}


def test_typing_ends_by_timeout_message_or_stop_and_excludes_the_user(timeline: Timeline) -> None:
    timeline.take_typing("onTypingStarted", typing(20))
    timeline.take_typing("onTypingStarted", typing(9, "late"))
    timeline.take_typing("onTypingStarted", typing(20, ME))
    assert timeline.typists == ["Other"]
    timeline.take_typing("onTypingStopped", typing(0))
    assert timeline.typists == []
    timeline.take_typing("onTypingStarted", typing(20))
    timeline.show([message(1)])
    assert timeline.typists == []


def test_a_quick_reaction_goes_to_the_newest_message_of_another_user(timeline: Timeline) -> None:
    assert timeline.last_of_others() is None
    system = message(4, type="SYSTEM")
    timeline.show([message(1), message(2, deletedAt="2026-01-01T00:00:00Z"), message(3, ME), system])
    last = timeline.last_of_others()
    assert last is not None
    assert last["seq"] == 1


def test_each_message_type_has_its_format(timeline: Timeline) -> None:
    timeline.show(
        [
            message(1, reactions=[{"emoji": "👍", "count": 2}], editedAt="2026-01-01T00:00:00Z"),
            message(2, deletedAt="2026-01-01T00:00:00Z", content=None),
            message(3, type="IMAGE", content=None),
            message(4, type="SYSTEM", content="Other joined."),
        ]
    )
    timeline.unsent["c"] = "on its way"
    assert str(timeline_text(timeline)).splitlines() == [
        "Other: text 1 (edited)",
        "  👍 2",
        "Other: deleted",
        "Other: (image)",
        "Other joined.",
        "... on its way",
    ]
