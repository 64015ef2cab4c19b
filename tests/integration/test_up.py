"""Results of `up` for clients: outputs, demo users, their conversation, and an endpoint with CORS."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
import urllib3

from contract.tables import TABLES
from tests.helpers.accounts import Account, UserPool
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend, Outputs

TERRAFORM_OUTPUTS = {
    *("GraphQLAPIId", "GraphQLAPIURL", "GraphQLAPIKey", "UserPoolId", "UserPoolClientId", "Region"),
    *(f"{table.key.capitalize()}TableName" for table in TABLES),
}
LOCAL_OUTPUTS = {
    *("GraphQLURL", "GraphQLSecureURL", "RealtimeURL", "RealtimeSecureURL"),
    *("CognitoEndpoint", "WebURL", "CertificateAuthority", "Users", "AccessKeyId", "SecretAccessKey"),
}


def test_outputs_have_terraforms_names_and_local_addresses(outputs: Outputs) -> None:
    assert set(outputs.values) == TERRAFORM_OUTPUTS | LOCAL_OUTPUTS
    assert all(outputs.values.values())
    for name in ("GraphQLURL", "GraphQLSecureURL", "RealtimeURL", "RealtimeSecureURL", "CognitoEndpoint"):
        assert "//127.0.0.1:" in outputs[name]


def test_outputs_are_readable_by_their_owner_only(backend: LocalBackend) -> None:
    mode = (backend.directory / "outputs.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("name", ["alice", "bob"])
async def test_demo_users_can_sign_in_and_chat(name: str, outputs: Outputs, pool: UserPool) -> None:
    user = outputs.demo_users[name]
    account = Account(user["username"], user["password"], sub="", name=name)

    person = ChatUser.of(account, await pool.sign_in(account), outputs)

    assert (await person.me())["groups"] == ["Users"]
    assert (await person.send(await person.create_room()))["authorName"] == (await person.me())["displayName"]


def test_up_runs_and_prints_the_demo_conversation(backend: LocalBackend) -> None:
    done = backend.command("up", "--detach", "--no-web", "--deploy", "direct", "--port", "0", "--tls-port", "0")

    assert done.returncode == 0, done.stdout + done.stderr
    spoken = [line for line in done.stdout.splitlines() if "Alice" in line or "Bob" in line]
    assert len(spoken) >= 2, done.stdout


def test_browser_on_another_port_may_call(outputs: Outputs) -> None:
    """The preflight request of browsers before a POST with an Authorization header."""
    answer = urllib3.request(
        "OPTIONS",
        outputs["GraphQLURL"],
        headers={
            "Origin": "http://localhost:5173",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-amz-user-agent",
        },
    )

    allowed = {header.strip() for header in answer.headers["Access-Control-Allow-Headers"].lower().split(",")}
    assert answer.status in {200, 204}
    assert answer.headers["Access-Control-Allow-Origin"] in {"*", "http://localhost:5173"}
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type", "x-amz-user-agent"} <= allowed


def test_certificate_is_valid_for_both_names_with_its_own_authority_only(outputs: Outputs) -> None:
    trusting = urllib3.PoolManager(ca_certs=outputs["CertificateAuthority"], retries=False)
    others = urllib3.PoolManager(retries=False)
    url = outputs["GraphQLSecureURL"]

    for address in (url, url.replace("127.0.0.1", "localhost")):
        assert trusting.request("POST", address, body=b"{}").status == 401
    with pytest.raises(urllib3.exceptions.SSLError):
        others.request("POST", url, body=b"{}")
