"""AWS Amplify's own JavaScript client, in Node.js: signs in, sends, receives and is refused like any other."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.conformance import conforms

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

SCRIPT = ROOT / "tests" / "e2e" / "amplify_chat.mjs"
MESSAGES = 7

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed"),
    pytest.mark.skipif(
        not (ROOT / "node_modules" / "aws-amplify").is_dir(),
        reason="aws-amplify is not installed: `make bootstrap-all` does it",
    ),
]


def credentials(user: ChatUser) -> dict[str, str]:
    """What a person types in."""
    return {"username": user.account.username, "password": user.account.password}


async def run_node(values: dict[str, Any], trusted: str) -> Row:
    """Run the script with input and return its result; what it said goes into the failure."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        cwd=ROOT,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": trusted},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, complaints = await asyncio.wait_for(process.communicate(json.dumps(values).encode()), 300)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, complaints.decode()[-4000:]
    result: Row = json.loads(output)
    return result


@conforms("execution.clients")
async def test_amplify_signs_in_sends_receives_and_is_refused(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser, backend: LocalBackend
) -> None:
    result = await run_node(
        {
            "outputs": backend.outputs.values,
            "listener": credentials(bob),
            "sender": credentials(alice),
            "stranger": credentials(mallory),
            "chatRoomId": shared_room["id"],
            "count": MESSAGES,
        },
        trusted=backend.outputs["CertificateAuthority"],
    )

    people = {"listener": bob, "sender": alice, "stranger": mallory}
    for role, user in people.items():
        assert result["people"][role] == {"isSignedIn": True, "userId": user.id, "groups": ["Users"]}
    assert result["trouble"] is None, "the member's subscription was refused"
    assert len(result["sent"]) == MESSAGES
    assert result["received"] == result["sent"]
    assert result["history"] == result["sent"][::-1]
    assert {message["authorId"] for message in result["sent"]} == {alice.id}
    # The median is for the benchmark, on a machine with nothing else to do.
    assert min(result["delays"]) < 200, f"milliseconds: {result['delays']}"
    for refusal in ("query", "mutation"):
        assert [error["errorType"] for error in result["refusals"][refusal]] == ["Unauthorized"]
    assert "Unauthorized" in str(result["refusals"]["subscription"])
