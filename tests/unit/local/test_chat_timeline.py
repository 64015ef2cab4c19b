"""What the terminal chat knows of a room, whatever order its events come in."""

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


def reaction(revision: int, count: int, emoji: str = "👍") -> dict[str, Any]:
    return {"messageId": "m1", "emoji": emoji, "count": count, "revision": revision, "userId": OTHER}


def typing(seconds: int, user: str = OTHER) -> dict[str, Any]:
    return {"userId": user, "displayName": "Other", "expiresAt": f"1970-01-01T00:00:{seconds:02d}Z"}


@pytest.fixture
def timeline() -> Timeline:
    return Timeline(ME, read_seq=1, clock=lambda: 10.0)


def test_messages_are_in_the_rooms_order_and_each_once(timeline: Timeline) -> None:
    for event in (message(2), message(1), message(2)):
        assert timeline.take("onMessageCreated", event)
    assert [entry["seq"] for entry in timeline.messages] == [1, 2]


def test_the_highest_revision_of_a_message_wins(timeline: Timeline) -> None:
    timeline.take("onMessageUpdated", message(1, content="edited", revision=3))
    timeline.take("onMessageCreated", message(1))
    assert timeline.messages[0]["content"] == "edited"


def test_a_number_without_a_message_is_not_shown_and_no_gap(timeline: Timeline) -> None:
    gaps = []
    void = message(2, type="VOID", content=None, authorId=None, clientMessageId=None)
    for entry in (message(1), message(3), void):
        timeline.add(entry)
        gaps.append(timeline.has_gap)
    assert gaps == [False, True, False]
    assert [entry["seq"] for entry in timeline.messages] == [1, 3]


def test_what_others_wrote_after_the_last_read_message_is_unread(timeline: Timeline) -> None:
    for entry in (message(1), message(2), message(3, ME), message(4)):
        timeline.add(entry)
    timeline.add(message(5, type="SYSTEM", content="Other joined."))
    assert timeline.unread == 2
    timeline.read_seq = 4
    assert timeline.unread == 0


def test_a_confirmed_message_is_not_unsent_any_more(timeline: Timeline) -> None:
    timeline.unsent = {"c1": "text 1", "c2": "text 2"}
    timeline.add(message(1, ME))
    assert timeline.unsent == {"c2": "text 2"}


def test_an_event_that_lacks_what_is_needed_has_to_be_read_again(timeline: Timeline) -> None:
    assert not timeline.take("onMessageCreated", message(1, revision=None))
    assert timeline.messages == []


def test_reactions_count_in_order_and_ask_to_read_again_after_a_hole(timeline: Timeline) -> None:
    timeline.add(message(1))
    assert timeline.take("onReactionAdded", reaction(2, 1))
    assert timeline.take("onReactionAdded", reaction(2, 1))  # delivered twice
    assert timeline.take("onReactionAdded", reaction(3, 1, "🎉"))
    counts = [{"emoji": "🎉", "count": 1}, {"emoji": "👍", "count": 1}]
    assert timeline.messages[0]["reactions"] == counts
    assert not timeline.take("onReactionRemoved", reaction(5, 0))
    assert timeline.messages[0]["reactions"] == counts
    assert timeline.take("onReactionRemoved", reaction(4, 0))
    assert timeline.messages[0]["reactions"] == counts[:1]


def test_typing_ends_by_time_by_a_message_and_by_stopping_and_is_not_ones_own(timeline: Timeline) -> None:
    timeline.take("onTypingStarted", typing(20))
    timeline.take("onTypingStarted", typing(9, "late"))
    timeline.take("onTypingStarted", typing(20, ME))
    assert timeline.typists == ["Other"]
    timeline.take("onTypingStopped", typing(0))
    assert timeline.typists == []
    timeline.take("onTypingStarted", typing(20))
    timeline.take("onMessageCreated", message(1))
    assert timeline.typists == []


def test_a_quick_reaction_is_for_the_newest_message_of_somebody_else(timeline: Timeline) -> None:
    assert timeline.last_of_others() is None
    system = message(4, type="SYSTEM")
    for entry in (message(1), message(2, deletedAt="2026-01-01T00:00:00Z"), message(3, ME), system):
        timeline.add(entry)
    last = timeline.last_of_others()
    assert last is not None
    assert last["seq"] == 1


def test_each_kind_of_message_is_told_in_its_way(timeline: Timeline) -> None:
    timeline.add(message(1, reactions=[{"emoji": "👍", "count": 2}], editedAt="2026-01-01T00:00:00Z"))
    timeline.add(message(2, deletedAt="2026-01-01T00:00:00Z", content=None))
    timeline.add(message(3, type="IMAGE", content=None))
    timeline.add(message(4, type="SYSTEM", content="Other joined."))
    timeline.unsent["c"] = "on its way"
    assert str(timeline_text(timeline)).splitlines() == [
        "Other: text 1 (edited)",
        "  👍 2",
        "Other: deleted",
        "Other: (image)",
        "Other joined.",
        "... on its way",
    ]
