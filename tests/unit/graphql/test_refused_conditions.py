"""Decisions of every function after its condition is refused, for every value of ``ctx.result``.

Each case runs in the three modes of ``ctx.result``, and in a mode in which code that reads it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.conftest import ALICE, BOB
from tests.unit.graphql.world import REFUSED_RESULTS, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.graphql.world import Outcome, Running, World

    Run = Callable[[World], None]

CASES: list[tuple[str, Run]] = []
"""The function whose condition is refused, and a function that checks the outcome."""
SEND = "Mutation.createMessage"
JOIN = "Mutation.joinChatRoom"


def case(function: str) -> Callable[[Run], Run]:
    """Register a case of a function."""

    def register(run: Run) -> Run:
        CASES.append((function, run))
        return run

    return register


def new_room(world: World, **values: object) -> str:
    """Create a public room of Alice's with Bob as a member."""
    room: str = world.run("Mutation.createChatRoom", ALICE, input={"name": "Room", **values}).data["id"]
    world.run(JOIN, BOB, chatRoomId=room)
    return room


def message(world: World, room: str, user: User = BOB, **values: object) -> dict[str, Any]:
    sent: dict[str, Any] = world.run(SEND, user, input={"chatRoomId": room, "content": "first", **values}).data
    return sent


def change(world: World, table: str, key: dict[str, object], **values: object) -> None:
    """Change a row, like a concurrent call; None removes an attribute."""
    row = {**row_of(world, table, **key), **values}
    world.give(table, **{name: value for name, value in row.items() if value is not None})


def row_of(world: World, table: str, **key: object) -> dict[str, Any]:
    (row,) = [row for row in world.items(table) if key.items() <= row.items()]
    return row


def until_refused(world: World, running: Running, function: str) -> None:
    """Run steps until the function's condition is refused, before AppSync's later read of the row, if any."""
    before = world.refused().count(function)
    for _ in range(10):
        running.step()
        if world.refused().count(function) > before:
            return
    raise AssertionError(f"{function} was not refused")


def steps(running: Running, count: int) -> Running:
    for _ in range(count):
        running.step()
    return running


def sending(room: str, **values: object) -> dict[str, Any]:
    return {"chatRoomId": room, "content": "x", "clientMessageId": "c", **values}


# --- sending --------------------------------------------------------------------------------------------


@case("putIdempotencyRecord")
def of_two_calls_at_once_the_second_takes_the_number_of_the_first(world: World) -> None:
    room = new_room(world)
    first, second = (steps(world.start(SEND, BOB, input=sending(room)), 1) for _ in range(2))
    assert first.finish().data["seq"] == second.finish().data["seq"] == 1
    assert len(world.items("messages")) == 1


@case("putIdempotencyRecord")
def marker_that_ends_meanwhile_lets_the_call_be_repeated(world: World) -> None:
    room = new_room(world)
    first, second = (steps(world.start(SEND, BOB, input=sending(room)), 1) for _ in range(2))
    steps(first, 2)
    until_refused(world, second, "putIdempotencyRecord")
    world.take("deduplication", senderId=f"{room}#{BOB.identity['sub']}", clientMessageId="c")
    assert second.finish().error_type in {None, "Conflict"}  # AppSync may have read the record before it expired
    assert world.run(SEND, BOB, input=sending(room)).error_type is None


@case("putIdempotencyRecord")
def of_two_calls_whose_number_was_closed_one_moves_the_marker(world: World) -> None:
    room = new_room(world)
    steps(world.start(SEND, BOB, input=sending(room)), 3)
    world.give("messages", roomId=room, seq=1, type="VOID", createdAt="2030-01-01T00:00:00.000Z")
    first, second = (steps(world.start(SEND, BOB, input=sending(room)), 2) for _ in range(2))
    assert first.finish().data["seq"] == second.finish().data["seq"] == 2
    assert world.start_twice("putIdempotencyRecord", SEND, BOB, input=sending(room)).finish().data["seq"] == 2


@case("putMessage")
def repeated_call_meets_the_message_of_the_first(world: World) -> None:
    room = new_room(world)
    late = steps(world.start(SEND, BOB, input=sending(room)), 3)
    world.wait(1)
    first = world.run(SEND, BOB, input=sending(room))
    assert late.finish().data == first.data
    reply = sending(room, replyToId=first.data["id"], clientMessageId="r")
    assert world.start_twice("putMessage", SEND, BOB, input=reply).finish().data["threadRoot"]["replyCount"] == 1
    assert row_of(world, "messages", roomId=room, seq=1)["replyCount"] == 1


@case("putMessage")
def number_that_was_closed_meanwhile_never_ends_in_conflict_for_ever(world: World) -> None:
    room = new_room(world)
    late = steps(world.start(SEND, BOB, input=sending(room)), 3)
    world.give("messages", roomId=room, seq=1, type="VOID", createdAt="2030-01-01T00:00:00.000Z")
    assert late.finish().error_type == "Conflict"
    assert [world.run(SEND, BOB, input=sending(room)).data["seq"] for _ in range(2)] == [2, 2]


@case("putMessage")
def message_of_somebody_else_is_never_the_answer(world: World) -> None:
    room = new_room(world)
    late = steps(world.start(SEND, BOB, input=sending(room)), 3)
    other = {"authorId": "id-alice", "clientMessageId": "c", "content": "secret", "createdAt": "2030"}
    world.give("messages", roomId=room, seq=1, type="TEXT", **other)
    for outcome in (late.finish(), world.run(SEND, BOB, input=sending(room))):
        assert (outcome.error_type, outcome.data) == ("Conflict", None)


@case("advanceRoom")
def room_that_was_frozen_meanwhile_says_so(world: World) -> None:
    room = new_room(world)
    late = steps(world.start(SEND, BOB, input=sending(room)), 1)
    change(world, "rooms", {"roomId": room}, frozen=True)
    assert late.finish().error_type == "RoomFrozen"
    opened = steps(world.start(SEND, BOB, input=sending(room, clientMessageId="d")), 1)
    until_refused(world, opened, "advanceRoom")
    change(world, "rooms", {"roomId": room}, frozen=False)
    assert opened.finish().error_type == "Conflict"
    assert world.run(SEND, BOB, input=sending(room, clientMessageId="d")).error_type is None


@case("acquireSendSlot")
def slow_mode_says_when_the_next_turn_is(world: World) -> None:
    room = new_room(world, slowModeSeconds=60)
    message(world, room)
    world.wait(1)
    outcome = world.run(SEND, BOB, input=sending(room))
    assert (outcome.error_type, outcome.error_info) == ("RateLimited", {"nextSendAt": "2030-01-01T00:01:00.000Z"})
    assert row_of(world, "rooms", roomId=room)["lastSeq"] == 1


@case("countReply")
def reply_that_was_counted_is_counted_once(world: World) -> None:
    room = new_room(world)
    root = message(world, room)
    reply = sending(room, replyToId=root["id"])
    answer = world.start_twice("countReply", SEND, BOB, input=reply).finish()
    assert (answer.data["seq"], answer.data.get("threadRoot")) == (2, None)
    assert row_of(world, "messages", roomId=room, seq=1)["replyCount"] == 1


@case("countReply")
def reply_is_sent_although_its_root_is_gone(world: World) -> None:
    room = new_room(world)
    root = message(world, room)
    late = steps(world.start(SEND, BOB, input=sending(room, replyToId=root["id"])), 5)
    world.take("messages", roomId=room, seq=1)
    answer = late.finish()
    assert (answer.error_type, answer.data.get("threadRoot")) == (None, None)


# --- changing messages ------------------------------------------------------------------------------------


def edit(world: World, sent: dict[str, Any], text: str, **values: object) -> Outcome:
    return world.run("Mutation.updateMessage", BOB, input={"id": sent["id"], "content": text, **values})


@case("editMessage")
def the_same_edit_again_is_answered_and_another_is_not(world: World) -> None:
    sent = message(world, new_room(world))
    first = edit(world, sent, "second", expectedVersion=1)
    again = edit(world, sent, "second", expectedVersion=1)
    assert again.data == first.data
    assert edit(world, sent, "third", expectedVersion=1).error_type == "Conflict"
    mentioning = edit(world, sent, "second", expectedVersion=1, mentions=["id-alice"])
    assert mentioning.error_type == "Conflict"


@case("editMessage")
def message_that_is_deleted_meanwhile_is_not_the_answer(world: World) -> None:
    room = new_room(world)
    sent = message(world, room)
    edit(world, sent, "second", expectedVersion=1)
    late = world.start(
        "Mutation.updateMessage", BOB, input={"id": sent["id"], "content": "second", "expectedVersion": 1}
    )
    until_refused(world, late, "editMessage")
    world.run("Mutation.deleteMessage", BOB, id=sent["id"])
    outcome = late.finish()
    assert (outcome.error_type, outcome.data) == ("Conflict", None)


@case("editMessage")
def nobody_edits_or_sees_the_message_of_somebody_else(world: World) -> None:
    sent = message(world, new_room(world), ALICE)
    outcome = edit(world, sent, "first")
    assert (outcome.error_type, outcome.data) == ("Forbidden", None)
    assert edit(world, {"id": f"{sent['chatRoomId']}:9"}, "first").error_type == "NotFound"


@case("refreshPreview")
def edit_of_a_message_that_is_not_the_last_any_more(world: World) -> None:
    room = new_room(world)
    sent = message(world, room)
    late = steps(world.start("Mutation.updateMessage", BOB, input={"id": sent["id"], "content": "second"}), 2)
    message(world, room, ALICE, content="newest")
    assert late.finish().data["content"] == "second"
    assert row_of(world, "rooms", roomId=room)["lastMessage"]["content"] == "newest"


@case("refreshPreview")
def edit_that_comes_late_brings_no_deleted_and_no_older_text_back(world: World) -> None:
    room = new_room(world)
    sent = message(world, room)
    late = [
        steps(world.start("Mutation.updateMessage", BOB, input={"id": sent["id"], "content": text}), 2)
        for text in ("second", "third")
    ]
    assert late[1].finish().data["content"] == "third"
    assert late[0].finish().data["content"] == "second"
    assert row_of(world, "rooms", roomId=room)["lastMessage"]["content"] == "third"
    late = [steps(world.start("Mutation.updateMessage", BOB, input={"id": sent["id"], "content": "fourth"}), 2)]
    world.run("Mutation.deleteMessage", BOB, id=sent["id"])
    assert late[0].finish().data["content"] == "fourth"
    assert "content" not in row_of(world, "rooms", roomId=room)["lastMessage"]


@case("eraseMessage")
def what_is_deleted_already_stays_deleted(world: World) -> None:
    room = new_room(world)
    sent = message(world, room)
    first = world.run("Mutation.deleteMessage", BOB, id=sent["id"])
    assert world.run("Mutation.deleteMessage", BOB, id=sent["id"]).data == first.data
    assert world.start_twice("eraseMessage", "Mutation.deleteMessage", BOB, id=sent["id"]).finish().data == first.data
    of_alice = message(world, room, ALICE)
    assert world.run("Mutation.deleteMessage", BOB, id=of_alice["id"]).error_type == "Forbidden"
    assert world.items("audit") == []


@case("eraseMessage")
def nobody_moderates_the_own_message_that_appears_meanwhile(world: World) -> None:
    room = new_room(world)
    late = world.start("Mutation.deleteMessage", BOB, id=f"{room}:1")
    until_refused(world, late, "eraseMessage")
    message(world, room)
    assert late.finish().error_type == "Conflict"
    assert world.items("audit") == []
    assert "deletedAt" not in row_of(world, "messages", roomId=room, seq=1)


@case("addInlineReaction")
def reacting_twice_reacts_once(world: World) -> None:
    sent = message(world, new_room(world))
    reaction = {"messageId": sent["id"], "emoji": "👍"}
    first = world.run("Mutation.createReaction", ALICE, input=reaction)
    again = world.start_twice("addInlineReaction", "Mutation.createReaction", ALICE, input=reaction).finish()
    assert first.data["count"] == again.data["count"] == 1
    late = world.start("Mutation.createReaction", ALICE, input=reaction)
    until_refused(world, late, "addInlineReaction")
    world.run("Mutation.deleteMessage", BOB, id=sent["id"])
    assert late.finish().error_type == "Conflict"


@case("removeInlineReaction")
def removing_twice_removes_once(world: World) -> None:
    sent = message(world, new_room(world))
    reaction = {"messageId": sent["id"], "emoji": "👍"}
    world.run("Mutation.createReaction", ALICE, input=reaction)
    for _ in range(2):
        removed = world.start_twice("removeInlineReaction", "Mutation.deleteReaction", ALICE, input=reaction).finish()
        assert removed.data["count"] == 0
    late = world.start("Mutation.deleteReaction", ALICE, input=reaction)
    until_refused(world, late, "removeInlineReaction")
    world.run("Mutation.createReaction", ALICE, input=reaction)
    assert late.finish().data["count"] == 1, "there was nothing to remove, and what was added since stays"


# --- members --------------------------------------------------------------------------------------------


CAROL = User("carol")


def count_of(world: World, room: str) -> int:
    count: int = row_of(world, "rooms", roomId=room)["memberCount"]
    return count


@case("countMember")
def member_is_counted_once_although_the_answer_was_lost(world: World) -> None:
    room = new_room(world)
    assert world.start_twice("countMember", JOIN, CAROL, chatRoomId=room).finish().data["state"] == "ACTIVE"
    assert count_of(world, room) == 3


@case("countMember")
def closed_rooms_are_told_apart(world: World) -> None:
    private = new_room(world, visibility="PRIVATE")
    assert world.run(JOIN, CAROL, chatRoomId=private).error_type == "Forbidden"
    archived = new_room(world)
    world.run("Mutation.archiveChatRoom", ALICE, id=archived)
    assert world.run(JOIN, CAROL, chatRoomId=archived).error_type == "RoomFrozen"
    assert world.run(JOIN, CAROL, chatRoomId="unknown").error_type == "NotFound"


@case("countMember")
def room_that_opens_meanwhile_is_joined(world: World) -> None:
    private = new_room(world, visibility="PRIVATE")
    late = world.start(JOIN, CAROL, chatRoomId=private)
    until_refused(world, late, "countMember")
    change(world, "rooms", {"roomId": private}, visibility="PUBLIC")
    assert late.finish().data["state"] == "ACTIVE"
    assert count_of(world, private) == 2


@case("activateMembership")
def member_who_was_written_stays_counted_although_the_answer_was_lost(world: World) -> None:
    room = new_room(world)
    assert world.start_twice("activateMembership", JOIN, CAROL, chatRoomId=room).finish().data["state"] == "ACTIVE"
    assert count_of(world, room) == 3


@case("activateMembership")
def who_was_banned_meanwhile_is_taken_out_of_the_count(world: World) -> None:
    room = new_room(world)
    late = steps(world.start(JOIN, CAROL, chatRoomId=room), 2)
    world.give("memberships", roomId=room, userId="id-carol", state="BANNED", role="MEMBER")
    assert late.finish().error_type == "Banned"
    assert count_of(world, room) == 2


@case("activateMembership")
def member_who_leaves_before_the_row_is_read_is_not_taken_out_twice(world: World) -> None:
    room = new_room(world)
    late = world.start_twice("activateMembership", JOIN, CAROL, chatRoomId=room)
    until_refused(world, late, "activateMembership")
    world.run("Mutation.leaveChatRoom", CAROL, chatRoomId=room)
    assert late.finish().error_type == "Conflict"
    assert count_of(world, room) == 2


@case("uncountMember")
def second_of_two_calls_is_taken_out_of_the_count_once(world: World) -> None:
    room = new_room(world)
    first = steps(world.start(JOIN, CAROL, chatRoomId=room), 2)
    second = steps(world.start_twice("uncountMember", JOIN, CAROL, chatRoomId=room), 2)
    assert first.finish().data["state"] == second.finish().data["state"] == "ACTIVE"
    assert count_of(world, room) == 3


@case("releaseOwner")
def last_owner_stays_and_one_of_two_goes(world: World) -> None:
    room = new_room(world)
    assert world.run("Mutation.leaveChatRoom", ALICE, chatRoomId=room).error_type == "Conflict"
    world.run("Mutation.setMemberRole", ALICE, chatRoomId=room, userId="id-bob", role="OWNER")
    left = world.start_twice("releaseOwner", "Mutation.leaveChatRoom", ALICE, chatRoomId=room).finish()
    assert left.data["state"] == "LEFT"
    assert row_of(world, "rooms", roomId=room)["ownerCount"] == 1


@case("releaseOwner")
def owner_who_comes_meanwhile_lets_the_call_be_repeated(world: World) -> None:
    room = new_room(world)
    late = world.start("Mutation.leaveChatRoom", ALICE, chatRoomId=room)
    until_refused(world, late, "releaseOwner")
    world.run("Mutation.setMemberRole", ALICE, chatRoomId=room, userId="id-bob", role="OWNER")
    outcome = late.finish()
    assert (outcome.error_type, "Retry" in str(outcome.error_message)) == ("Conflict", True)
    assert world.run("Mutation.leaveChatRoom", ALICE, chatRoomId=room).data["state"] == "LEFT"


@case("releaseOwner")
def last_member_archives_the_room(world: World) -> None:
    room = new_room(world)
    world.run("Mutation.leaveChatRoom", BOB, chatRoomId=room)
    assert world.run("Mutation.leaveChatRoom", ALICE, chatRoomId=room).data["state"] == "LEFT"
    assert "archivedAt" in row_of(world, "rooms", roomId=room)


@case("applyCounts")
def member_who_goes_is_taken_out_of_the_count_once(world: World) -> None:
    room = new_room(world)
    assert (
        world.start_twice("applyCounts", "Mutation.leaveChatRoom", BOB, chatRoomId=room).finish().data["state"]
        == "LEFT"
    )
    assert count_of(world, room) == 1


@case("putInvitation")
def invitation_of_somebody_who_is_invited_or_banned_meanwhile(world: World) -> None:
    room = new_room(world)
    world.give("users", userId="id-carol", displayName="carol", createdAt="2030")
    invite = {"chatRoomId": room, "userId": "id-carol"}
    doubled = world.start_twice("putInvitation", "Mutation.inviteToChatRoom", ALICE, **invite).finish()
    assert doubled.data["state"] == "INVITED"
    for state, error in (("BANNED", "Conflict"), ("LEFT", None)):
        change(world, "memberships", {"roomId": room, "userId": "id-carol"}, state="LEFT")
        late = steps(world.start("Mutation.inviteToChatRoom", ALICE, **invite), 2)
        change(world, "memberships", {"roomId": room, "userId": "id-carol"}, state=state)
        assert late.finish().error_type == error


@case("setNotificationPreference")
def who_is_removed_meanwhile_sets_nothing(world: World) -> None:
    room = new_room(world)
    setting = {"chatRoomId": room, "level": "NOTHING"}
    late = steps(world.start("Mutation.updateNotificationPreference", BOB, input=setting), 1)
    world.run("Mutation.removeMember", ALICE, chatRoomId=room, userId="id-bob", reason="because")
    assert late.finish().error_type == "Forbidden"


@case("markRead")
def another_device_that_has_read_as_far_is_the_answer(world: World) -> None:
    room = new_room(world)
    for _ in range(3):
        message(world, room, ALICE)
    mark = {"chatRoomId": room, "seq": 2}
    late = steps(world.start("Mutation.markRoomRead", BOB, **mark), 1)
    world.run("Mutation.markRoomRead", BOB, chatRoomId=room, seq=3)
    assert late.finish().data["readSeq"] == 3
    assert world.run("Mutation.markRoomRead", BOB, **mark).data["readSeq"] == 3


@case("markRead")
def mention_or_removal_meanwhile(world: World) -> None:
    room = new_room(world)
    message(world, room, ALICE)
    key: dict[str, object] = {"roomId": room, "userId": "id-bob"}
    change(world, "memberships", key, mentionCount=1, lastMentionSeq=1)
    mark = {"chatRoomId": room, "seq": 1}
    late = steps(world.start("Mutation.markRoomRead", BOB, **mark), 1)
    change(world, "memberships", key, mentionCount=2, lastMentionSeq=2)
    assert late.finish().error_type == "Conflict"
    late = steps(world.start("Mutation.markRoomRead", BOB, **mark), 1)
    change(world, "memberships", key, state="LEFT")
    assert late.finish().error_type == "Forbidden"


# --- rooms, moderation, a user's own data -------------------------------------------------------------------


@case("archiveRoom")
def archiving_twice_archives_once_and_is_logged_once(world: World) -> None:
    room = new_room(world)
    first = world.start_twice("archiveRoom", "Mutation.archiveChatRoom", ALICE, id=room).finish()
    again = world.run("Mutation.archiveChatRoom", ALICE, id=room)
    assert first.data["archivedAt"] == again.data["archivedAt"]
    assert [row["action"] for row in world.items("audit")] == ["ROOM_ARCHIVED"]


@case("updateRoom")
def setting_is_changed_once_and_logged_once(world: World) -> None:
    room = new_room(world)
    settings = {"id": room, "frozen": True, "expectedVersion": 1}
    first = world.start_twice("updateRoom", "Mutation.updateChatRoom", ALICE, input=settings).finish()
    assert (first.data["version"], first.data["frozen"]) == (2, True)
    refused = world.run("Mutation.updateChatRoom", ALICE, input=settings)
    assert (refused.error_type, refused.data) == ("Conflict", None)
    assert len(world.items("audit")) == 1


@case("updateRoom")
def room_that_is_archived_meanwhile_says_so(world: World) -> None:
    room = new_room(world)
    late = steps(world.start("Mutation.updateChatRoom", ALICE, input={"id": room, "frozen": True}), 2)
    world.run("Mutation.archiveChatRoom", ALICE, id=room)
    assert late.finish().error_type == "RoomFrozen"
    assert [row["action"] for row in world.items("audit")] == ["ROOM_ARCHIVED"]


@case("putReport")
def second_report_is_answered_with_the_first(world: World) -> None:
    sent = message(world, new_room(world), ALICE)
    report = world.start_twice("putReport", "Mutation.reportMessage", BOB, messageId=sent["id"], reason="spam").finish()
    again = world.run("Mutation.reportMessage", BOB, messageId=sent["id"], reason="another reason")
    assert again.data == report.data
    assert again.data["reason"] == "spam"


@case("putPrivacyJob")
def second_request_is_answered_with_the_first_job(world: World) -> None:
    for field in ("Mutation.exportMyData", "Mutation.deleteMyAccount"):
        first = world.start_twice("putPrivacyJob", field, BOB).finish()
        world.wait(1)
        assert world.run(field, BOB).data == first.data


@case("putPrivacyJob")
def job_that_ends_meanwhile_lets_the_call_be_repeated(world: World) -> None:
    world.run("Mutation.exportMyData", BOB)
    late = world.start("Mutation.exportMyData", BOB)
    until_refused(world, late, "putPrivacyJob")
    late.step()
    world.take("privacy", userId="id-bob", kind="EXPORT")
    late.finish()
    assert world.run("Mutation.exportMyData", BOB).data["kind"] == "EXPORT"


@case("Mutation.markNotificationRead")
def notification_that_ended_is_unknown(world: World) -> None:
    unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    assert world.run("Mutation.markNotificationRead", BOB, id=unknown).error_type == "NotFound"


# --- typing and presence --------------------------------------------------------------------------------


SAYS_WHO = {"selectionSetList": ["userId"], "selectionSetGraphQL": "{ userId }"}


@case("buildTypingEvent")
def typing_in_a_room_that_is_gone_meanwhile_is_not_told(world: World) -> None:
    room = new_room(world)
    late = steps(world.start_selecting(SAYS_WHO, "Mutation.startTyping", BOB, chatRoomId=room), 1)
    world.take("rooms", roomId=room)
    assert late.finish().error_type is None
    assert world.items("rooms") == []


@case("buildPresenceEvent")
def presence_in_a_room_that_is_gone_meanwhile_is_not_told(world: World) -> None:
    room, values = new_room(world), {"status": "ONLINE"}
    late = steps(world.start_selecting(SAYS_WHO, "Mutation.updatePresence", BOB, chatRoomId=room, **values), 2)
    world.take("rooms", roomId=room)
    assert late.finish().error_type is None
    assert world.items("rooms") == []


# --- the tests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [*REFUSED_RESULTS, "forbidden"])
@pytest.mark.parametrize(("function", "run"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_decision_does_not_depend_on_the_result(world: World, function: str, run: Run, mode: str) -> None:
    world.refusals(mode)
    run(world)
    assert function in world.refused()


def test_every_function_with_a_condition_has_a_case(world: World) -> None:
    assert world.conditional() == {function for function, _ in CASES}


@pytest.mark.parametrize(
    ("function", "mode"),
    [
        ("editMessage", "absent"),
        ("editMessage", "newer"),
        ("eraseMessage", "newer"),
        ("activateMembership", "absent"),
        ("activateMembership", "newer"),
        ("putIdempotencyRecord", "absent"),
        ("archiveRoom", "absent"),
    ],
)
def test_function_that_trusts_the_result_is_detected(world: World, function: str, mode: str) -> None:
    failed = []
    for _, run in [case for case in CASES if case[0] == function]:
        world.reset()
        world.be_naive(function)
        world.refusals(mode)
        try:
            run(world)
        except (AssertionError, TypeError, KeyError):
            failed.append(run)
    assert failed
