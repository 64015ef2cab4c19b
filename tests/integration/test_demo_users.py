"""The demo users can sign in and chat after every `up`, whatever the state of their accounts and passwords."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from local.demo import users as module
from local.demo.person import Person, cognito_client, token_of
from local.demo.users import ensure_users
from local.deployment.outputs import publish_credentials, read_outputs, users_of
from local.embedded.environment import DataDirectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.backend import LocalBackend

    State = Callable[[LocalBackend, dict[str, str]], None]

ALICE = "alice@example.com"
OTHER_PASSWORD = "aA1-somebody-elses"


@pytest.fixture
def directory(tmp_path: Path, backend: LocalBackend) -> Iterator[DataDirectory]:
    """Create a directory with the credentials of the shared backend; its own outputs are restored at the end."""
    directory = DataDirectory(tmp_path)
    publish_credentials(directory, backend.outputs.credentials)
    yield directory
    ensure_users(backend.outputs.values, directory, say=print)


def absent(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401 - arguments of any operation
    backend.cognito().admin_delete_user(**who)


def unconfirmed(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    absent(backend, who)
    backend.cognito().sign_up(
        ClientId=backend.outputs.client_id,
        Username=who["Username"],
        Password=OTHER_PASSWORD,
        UserAttributes=[{"Name": "email", "Value": who["Username"]}, {"Name": "name", "Value": "Alice"}],
    )


def another_password(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    backend.cognito().admin_set_user_password(**who, Password=OTHER_PASSWORD, Permanent=True)


def temporary_password(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    backend.cognito().admin_set_user_password(**who, Password=OTHER_PASSWORD, Permanent=False)


def reset_required(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    backend.cognito().admin_reset_user_password(**who)


def disabled(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    backend.cognito().admin_disable_user(**who)


def without_profile(backend: LocalBackend, who: Any) -> None:  # noqa: ANN401
    """Delete the profile, as if the server was killed during the trigger of the confirmation."""
    user = backend.cognito().admin_get_user(**who)
    (sub,) = [attribute["Value"] for attribute in user["UserAttributes"] if attribute["Name"] == "sub"]
    backend.table("users").delete_item(Key={"userId": sub})
    backend.cognito().admin_remove_user_from_group(**who, GroupName="Users")


def profile_of(outputs: dict[str, Any], user: dict[str, str]) -> dict[str, Any]:
    person = Person("alice", token_of(cognito_client(outputs), outputs, user), outputs)
    found: dict[str, Any] = asyncio.run(person.ask("query { me { displayName groups createdAt } }"))
    return found


@pytest.mark.parametrize("are_passwords_known", [True, False], ids=["known", "lost"])
@pytest.mark.parametrize(
    "state",
    [absent, unconfirmed, another_password, temporary_password, reset_required, disabled, without_profile],
)
def test_user_in_any_state_can_chat(
    state: State, are_passwords_known: bool, directory: DataDirectory, backend: LocalBackend
) -> None:
    outputs = dict(backend.outputs.values)
    state(backend, {"UserPoolId": outputs["UserPoolId"], "Username": ALICE})
    if not are_passwords_known:
        del outputs["Users"]

    said: list[str] = []
    users = ensure_users(outputs, directory, say=said.append)

    assert users_of(read_outputs(directory)) == users
    assert (users == backend.outputs.demo_users) == are_passwords_known
    profile = profile_of(outputs, users["alice"])
    assert (profile["displayName"], profile["groups"]) == ("Alice", ["Users"])
    assert profile["createdAt"]
    assert all("new password" in line and str(directory.root) in line for line in said)
    assert any("Bob" in line for line in said) != are_passwords_known


@pytest.mark.parametrize("moment", ["sign_up", "confirm_sign_up"])
def test_next_up_continues_after_an_interruption(
    moment: str, directory: DataDirectory, backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {name: value for name, value in backend.outputs.values.items() if name != "Users"}
    for username in (ALICE, "bob@example.com"):
        absent(backend, {"UserPoolId": outputs["UserPoolId"], "Username": username})

    class Interrupting:
        """A Cognito client that is interrupted right after a call."""

        def __init__(self) -> None:
            self._client = cognito_client(outputs)

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of a boto3 client
            def call(**arguments: Any) -> None:  # noqa: ANN401
                getattr(self._client, name)(**arguments)
                raise KeyboardInterrupt

            return call if name == moment else getattr(self._client, name)

    monkeypatch.setattr(module, "cognito_client", lambda _outputs: Interrupting())
    with pytest.raises(KeyboardInterrupt):
        ensure_users(outputs, directory, say=print)
    monkeypatch.undo()
    written = read_outputs(directory)

    said: list[str] = []
    users = ensure_users({**outputs, "Users": users_of(written)}, directory, say=said.append)

    assert users == users_of(written), "the passwords were on disk before the accounts were made"
    assert said == []
    assert all(profile_of(outputs, user)["groups"] == ["Users"] for user in users.values())
