"""The presence sweep on the running backend: silent users become offline, and their room receives an event."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chat_client import document
from lambdas.common.times import iso8601
from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row


def sweep(backend: LocalBackend) -> None:
    """Invoke the function as its schedule does every minute."""
    functions = backend.client("lambda")
    answer = functions.invoke(FunctionName="chat-presence-sweep-local", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


async def fall_silent(backend: LocalBackend, user: ChatUser) -> str:
    """Set a user's last heartbeat to three minutes ago."""
    past = iso8601(datetime.now(UTC) - timedelta(minutes=3))
    await asyncio.to_thread(
        backend.table("presence").update_item,
        Key={"userId": user.id},
        UpdateExpression="SET lastSeenAt = :past",
        ExpressionAttributeValues={":past": past},
    )
    return past


async def test_silent_users_become_offline_with_one_event(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    await alice.run("updatePresence", status="ONLINE", chatRoomId=shared_room["id"])
    await bob.run("updatePresence", status="BUSY", chatRoomId=shared_room["id"])
    async with alice.realtime() as connection:
        subscription = await connection.subscribe(document("onUserPresenceChanged"), {"chatRoomId": shared_room["id"]})
        past = await fall_silent(backend, bob)
        await asyncio.to_thread(sweep, backend)
        event = (await subscription.next()).data["onUserPresenceChanged"]
        assert (event["userId"], event["status"], event["lastSeenAt"]) == (bob.id, "OFFLINE", past)
        await asyncio.to_thread(sweep, backend)
        await subscription.stays_silent()

    stored = {row["userId"]: row for row in backend.rows("presence")}
    assert "onlineShard" not in stored[bob.id]
    assert (stored[bob.id]["status"], stored[alice.id]["status"]) == ("OFFLINE", "ONLINE")


async def test_schedule_runs_the_sweep(backend: LocalBackend, bob: ChatUser) -> None:
    await bob.run("updatePresence", status="ONLINE")
    await fall_silent(backend, bob)

    async def status() -> str:
        row = await asyncio.to_thread(backend.table("presence").get_item, Key={"userId": bob.id})
        return str(row["Item"]["status"])

    await eventually(status, until=lambda found: found == "OFFLINE", within=4 * PATIENCE_SECONDS, every=1)
