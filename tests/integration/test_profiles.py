"""Users whom an administrator creates take part before and after their first sign-in.

AWS does not document whether Cognito invokes the post authentication trigger after the challenge of a temporary
password. The tests run with and without it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import jwt
import pytest
from pycognito.exceptions import ForceChangePasswordException

from chat_client.cognito import cognito_client, replace_temporary_password, sign_in
from common.exit_codes import EXIT_OK, REFUSED
from ops.__main__ import main
from tests.helpers.chat import ChatUser
from tests.helpers.documents import documented_block
from tests.helpers.graphql_client import GraphQLClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.accounts import Account, UserPool
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row


@pytest.fixture
def profiles(
    backend: LocalBackend, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run the command with arguments and return its standard output."""
    (tmp_path / "chat-local").symlink_to(backend.directory / "stack")
    for name, value in backend.own_variables().items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, code: int = EXIT_OK) -> str:
        assert main(["profiles", *arguments, "--environment", "local", "--stacks", str(tmp_path)]) == code
        return capsys.readouterr().out

    return run


@pytest.fixture(params=[True, False], ids=["with the trigger", "without the trigger"])
def trigger(request: pytest.FixtureRequest, pool: UserPool) -> Iterator[bool]:
    """Return whether Cognito invokes the trigger at a sign-in, in both ways."""
    pool.invoke_at_sign_in(is_invoked=request.param)
    yield request.param
    pool.invoke_at_sign_in(is_invoked=True)


async def signed_in_first(pool: UserPool, account: Account, backend: LocalBackend) -> list[ChatUser]:
    """Replace the temporary password; return the user's clients with the ID token and with the access token."""
    password = f"{account.password}-2"
    tokens = await pool.sign_in_first(account, password=password)
    by_id = ChatUser.of(replace(account, password=password), tokens, backend.outputs)
    access = GraphQLClient(backend.outputs["GraphQLURL"], {"Authorization": tokens.access_token})
    return [by_id, replace(by_id, graphql=access)]


async def test_a_created_user_takes_part_before_the_first_sign_in(
    trigger: bool,  # noqa: ARG001 - the test is the same in both ways
    profiles: Callable[..., str],
    pool: UserPool,
    backend: LocalBackend,
    alice: ChatUser,
    room: Row,
) -> None:
    grace = await pool.create_by_administrator("Grace")
    invitation = {"chatRoomId": room["id"], "userId": grace.sub}
    assert await alice.refusal("inviteToChatRoom", **invitation) == "NotFound"
    assert await alice.refusal("openDirectRoom", userId=grace.sub) == "NotFound"

    planned = await asyncio.to_thread(profiles, "--email", grace.username, "--dry-run")
    assert await alice.refusal("inviteToChatRoom", **invitation) == "NotFound"
    created = await asyncio.to_thread(profiles, "--email", grace.username)
    again = await asyncio.to_thread(profiles, "--email", grace.username)

    line = f"{grace.sub}  Grace\n"
    assert (planned, created, again) == (f"would create: {line}", f"created: {line}", "")
    await alice.run("inviteToChatRoom", **invitation)
    direct = await alice.run("openDirectRoom", userId=grace.sub)
    written = await alice.send(direct, "Welcome!", mentions=[grace.sub])

    by_token = await signed_in_first(pool, grace, backend)

    for user in by_token:
        assert (await user.me())["displayName"] == "Grace"
        assert written["id"] in [message["id"] for message in await user.history(direct)]
        answer = await user.send(direct, "Thank you")
        assert answer["authorName"] == "Grace"
        claims = jwt.decode(user.tokens.access_token, options={"verify_signature": False})
        assert claims["cognito:groups"] == ["Users"], "already in the first token"
    await by_token[0].join(room)
    assert (await by_token[1].in_my_rooms(room))["membership"]["userId"] == grace.sub


async def test_without_the_command_the_second_sign_in_is_enough(
    trigger: bool, pool: UserPool, backend: LocalBackend, alice: ChatUser, room: Row
) -> None:
    """Also if Cognito does not invoke the trigger after the challenge of a temporary password."""
    grace = await pool.create_by_administrator("Grace")
    by_id, by_access = await signed_in_first(pool, grace, backend)

    assert ((await by_id.me())["createdAt"] is not None) is trigger
    assert ((await by_access.me())["createdAt"] is not None) is trigger
    pool.invoke_at_sign_in(is_invoked=True)
    tokens = await pool.sign_in(by_id.account)

    assert (await ChatUser.of(by_id.account, tokens, backend.outputs).me())["displayName"] == "Grace"
    await alice.run("inviteToChatRoom", chatRoomId=room["id"], userId=grace.sub)


async def test_the_python_client_replaces_a_temporary_password(pool: UserPool, backend: LocalBackend) -> None:
    grace = await pool.create_by_administrator("Grace")
    outputs = backend.outputs
    cognito = cognito_client(outputs["Region"], outputs["CognitoEndpoint"])
    place = {"user_pool_id": outputs.user_pool_id, "client_id": outputs.client_id, "username": grace.username}
    with pytest.raises(ForceChangePasswordException):
        await asyncio.to_thread(lambda: sign_in(cognito, **place, password=grace.password))

    chosen = {"temporary_password": grace.password, "password": f"{grace.password}-2"}
    tokens = await asyncio.to_thread(lambda: replace_temporary_password(cognito, **place, **chosen))

    assert (await ChatUser.of(grace, tokens, outputs).me())["displayName"] == "Grace"


async def test_the_documented_commands_complete_a_whole_pool(
    profiles: Callable[..., str], pool: UserPool, backend: LocalBackend
) -> None:
    accounts = [await pool.create_by_administrator(name) for name in ("Ada", "Grace")]
    unconfirmed = pool.invent("Mallory")
    unconfirmed_id = pool.register(unconfirmed)
    dry, run = documented_block("docs/operations.md", "python -m ops profiles --environment dev --dry-run").commands

    planned = await asyncio.to_thread(profiles, *dry.words[6:])
    created = await asyncio.to_thread(profiles, *run.words[6:])

    for account in accounts:
        assert f"would create: {account.sub}" in planned
        assert f"created: {account.sub}" in created
        assert "Item" in backend.table("users").get_item(Key={"userId": account.sub})
        assert await pool.groups(account) == ["Users"]
    assert unconfirmed_id not in planned + created
    assert await asyncio.to_thread(profiles) == ""


async def test_an_unknown_address_is_refused(profiles: Callable[..., str]) -> None:
    assert await asyncio.to_thread(lambda: profiles("--email", "nobody@example.com", code=REFUSED)) == ""
