"""Tests of the load benchmark's checks: a broken guarantee is a violation, a kept one is not."""

from __future__ import annotations

import copy
import time
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks._simulation.checks import Checks
from benchmarks._simulation.expected_state import ExpectedState
from benchmarks._simulation.metrics import Metrics
from benchmarks._simulation.room_client import RoomClient, client_message_id, sent_at
from benchmarks._simulation.workload import ACTIONS, IDLE_SECONDS, plan_rooms
from chat_client import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.chat import Row

ROOM: Row = {"id": "r", "members": ["alice", "bob"]}


def message(seq: int, **more: object) -> Row:
    """Return a message of the load."""
    row = {"id": f"r:{seq}", "chatRoomId": "r", "seq": seq, "clientMessageId": f"c{seq}", "type": "TEXT"}
    return {**row, "content": "hi", "version": 1, "deletedAt": None, "reactions": [], **more}


class Reader:
    """A member and the messages that it reads."""

    def __init__(self, rows: list[Row], reactions: list[Row]) -> None:
        self.rows = rows
        self.listed = reactions

    async def history(self, _: Row, **__: object) -> list[Row]:
        return copy.deepcopy(self.rows)

    async def reactions(self, _: Row, **__: object) -> Row:
        return {"items": self.listed, "nextToken": None}


def promised() -> ExpectedState:
    """Return the expected state: three messages, one edited, one deleted, one with a reaction."""
    expected = ExpectedState()
    for seq in (1, 2, 3):
        expected.attempted[f"c{seq}"] = "r"
        expected.acknowledge(message(seq))
    expected.versions["r", 1] = 2
    expected.deleted.add(("r", 2))
    expected.reactions["r:3"]["bob", "👍"] = True
    return expected


def kept() -> list[Row]:
    """Return the history that matches the expected state."""
    return [
        message(1, version=2),
        message(2, content=None, deletedAt="2030-01-01T00:00:00.000Z"),
        message(3, reactions=[{"emoji": "👍", "count": 1}]),
    ]


GIVEN = [{"userId": "bob", "emoji": "👍"}]


async def violations(hers: list[Row], his: list[Row], given: list[Row]) -> list[str]:
    """Return the violations in the histories of two members."""
    expected = promised()
    people: Any = {"alice": Reader(hers, given), "bob": Reader(his, given)}
    await Checks(people, expected, patience=0).run([ROOM])
    return sorted({violation.split(":")[0] for violation in expected.violations})


async def test_a_correct_history_has_no_violations() -> None:
    assert await violations(kept(), kept(), GIVEN) == []


BROKEN: dict[str, tuple[Callable[[list[Row]], object], str]] = {
    "lost": (lambda rows: rows.pop(0), "acknowledged messages exist once"),
    "another in its place": (
        lambda rows: rows[0].update(id="x", clientMessageId="x"),
        "acknowledged messages exist once",
    ),
    "there twice": (lambda rows: rows.append(message(4, clientMessageId="c1")), "no duplicate messages"),
    "out of order": (lambda rows: rows.reverse(), "sequence numbers increase"),
    "the edit lost": (lambda rows: rows[0].update(version=1), "edits are stored"),
    "back from the dead": (lambda rows: rows[1].update(deletedAt=None, content="hi"), "deleted messages stay deleted"),
    "counted twice": (lambda rows: rows[2].update(reactions=[{"emoji": "👍", "count": 2}]), "reaction counts"),
}


@pytest.mark.parametrize(("damage", "noticed"), BROKEN.values(), ids=BROKEN)
async def test_a_broken_guarantee_is_a_violation(damage: Callable[[list[Row]], object], noticed: str) -> None:
    rows = kept()
    damage(rows)
    found = await violations(rows, rows, GIVEN)
    assert any(name.startswith(noticed) for name in found), found


async def test_different_histories_of_two_members_are_a_violation() -> None:
    assert await violations(kept(), kept()[:2], GIVEN) == ["same order for all members"]


async def test_a_lost_reaction_is_a_violation() -> None:
    rows = kept()
    rows[2]["reactions"] = []
    assert await violations(rows, rows, []) == ["reactions are stored"]


def test_a_sequence_number_assigned_twice_is_a_violation() -> None:
    expected, other = promised(), ExpectedState()
    other.acknowledge(message(1, id="r:1", clientMessageId="another"))
    expected.add(other)
    assert [violation.split(":")[0] for violation in expected.violations] == ["one message per sequence number"]


def test_a_history_that_changes_later_is_a_violation() -> None:
    expected = promised()
    expected.saw([message(1)])
    expected.saw([message(1, id="r:other")])
    assert [violation.split(":")[0] for violation in expected.violations] == ["same order for all members"]


@pytest.mark.parametrize(("field", "seconds"), [("onMessageCreated", 5), ("onTypingStarted", 60)])
def test_an_event_for_a_former_member_is_a_violation(field: str, seconds: float) -> None:
    expected, nobody = ExpectedState(), SimpleNamespace(account=SimpleNamespace(username="bob"))
    user: Any = nobody
    view = RoomClient(user, ROOM, run="run", metrics=Metrics(), expected=expected)
    view.measure(field, Event({"data": {}}, 100.0))
    view.left_at = 100.0
    view.measure(field, Event({"data": {}}, 100.0 + seconds))
    assert expected.violations == []
    view.measure(field, Event({"data": {}}, 101.0 + seconds))
    assert [violation.split(":")[0] for violation in expected.violations] == ["no events for non-members"]


def test_delivery_time_is_measured_from_the_send() -> None:
    begun = time.perf_counter()
    sent = sent_at("run", client_message_id("run", 3, 7))
    assert sent is not None
    assert begun <= sent <= time.perf_counter()
    assert [sent_at("run", other) for other in (None, "c1", "other:1:2:3")] == [None, None, None]


def test_the_workload_is_that_of_the_reference() -> None:
    """One post per user every 309 seconds, and 6.5 room switches per post (docs/load.md)."""
    theirs = {action.name: action.weight for action in ACTIONS if action.original != "(not in Mattermost)"}
    assert sum(theirs.values()) * IDLE_SECONDS == pytest.approx(305, abs=5)
    assert theirs["switch_room"] / theirs["post"] == 6.52


@pytest.mark.parametrize("users", [2, 3, 10, 200])
def test_the_rooms_are_those_of_the_reference(users: int) -> None:
    plans = plan_rooms(users, Random(1))  # noqa: S311 - no secret
    assert plans == plan_rooms(users, Random(1)), "the seed decides"  # noqa: S311 - no secret
    assert len(plans[0].members) == users, "one room has everybody"
    assert all(len(plan.members) == len(set(plan.members)) >= 2 for plan in plans)
    assert all(len(plan.members) == 2 for plan in plans if plan.kind == "direct")
    assert {plan.kind for plan in plans} == {"public", "private", "group", "direct"}
    if users == 200:
        workers = [
            sum(plan.kind == kind for plan in plans) / len(plans) for kind in ("direct", "public", "private", "group")
        ]
        assert workers == pytest.approx([0.6, 0.2, 0.1, 0.1], abs=0.02)
