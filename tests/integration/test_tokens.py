"""Only valid tokens of this user pool are accepted, over HTTP and over WebSocket."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa

from chat_client import HandshakeError, HeaderStyle, SubscriptionError
from tests.helpers.chat import CREATE_CHAT_ROOM, LIST_CHAT_ROOMS, ME, MESSAGES_BY_ROOM, ON_MESSAGE_CREATED
from tests.helpers.graphql_client import GraphQLClient
from tests.helpers.realtime_client import RealtimeClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from tests.conftest import NewUser
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend, Outputs
    from tests.helpers.chat import ChatUser, Row

    Forge = Callable[[str], str]

PASSWORD = "Aa1!aaaaaaaa"
INTRUDER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token without verification."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed_by_an_intruder(token: str) -> str:
    """Return the same claims and key id, plus a group, signed with another key."""
    claims = {**claims_of(token), "cognito:groups": ["Admins"]}
    return jwt.encode(claims, INTRUDER_KEY, "RS256", {"kid": jwt.get_unverified_header(token)["kid"]})


def with_unknown_key_id(token: str) -> str:
    """Return the same claims with a key id that the pool does not list."""
    return jwt.encode(claims_of(token), INTRUDER_KEY, "RS256", {"kid": "nobody"})


def with_changed_claims(token: str) -> str:
    """Return changed claims with the original signature."""
    header, _, signature = token.split(".")
    claims = json.dumps({**claims_of(token), "cognito:groups": ["Admins"]}).encode()
    return f"{header}.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{signature}"


def without_signature(token: str) -> str:
    """Return a token with the algorithm none."""
    return jwt.encode(claims_of(token), "", "none", {"kid": jwt.get_unverified_header(token)["kid"]})


def signed_with_the_public_key_as_a_secret(token: str) -> str:
    """Return a token with HS256 and the key id of an RS256 key: algorithm confusion."""
    return jwt.encode(claims_of(token), "n" * 32, "HS256", {"kid": jwt.get_unverified_header(token)["kid"]})


def cut_short(token: str) -> str:
    """Return a truncated token."""
    return token[:-20]


def rubbish(token: str) -> str:
    """Return text that is not a token."""
    return f"not-{len(token)}-a-token"


def nothing(_token: str) -> str:
    """Return an empty header."""
    return ""


FORGERIES: list[Forge] = [
    signed_by_an_intruder,
    with_unknown_key_id,
    with_changed_claims,
    without_signature,
    signed_with_the_public_key_as_a_secret,
    cut_short,
    rubbish,
    nothing,
]


def assert_refused(status: int, body: Row | str) -> None:
    """Check for AppSync's 401, which does not depend on the reason."""
    assert status == 401, body
    assert isinstance(body, dict)
    assert [error["errorType"] for error in body["errors"]] == ["UnauthorizedException"]
    assert all(error["message"] for error in body["errors"])
    assert body.get("data") is None


@pytest.mark.parametrize("forge", FORGERIES)
async def test_forged_token_is_refused_over_http(
    forge: Forge, alice: ChatUser, outputs: Outputs, backend: LocalBackend
) -> None:
    before = len(backend.rows("rooms"))
    intruder = GraphQLClient(outputs["GraphQLURL"], {"Authorization": forge(alice.tokens.id_token)})

    reading = await intruder.attempt(ME)
    writing = await intruder.attempt(CREATE_CHAT_ROOM, {"input": {"name": "Intruder's den"}})

    assert_refused(reading.status, reading.body)
    assert_refused(writing.status, writing.body)
    assert len(backend.rows("rooms")) == before


@pytest.mark.parametrize("forge", [signed_by_an_intruder, with_changed_claims, without_signature, rubbish])
@pytest.mark.parametrize("style", ["subprotocol", "query"])
async def test_forged_token_cannot_open_a_connection(
    forge: Forge, style: HeaderStyle, alice: ChatUser, outputs: Outputs
) -> None:
    headers = {"Authorization": forge(alice.tokens.id_token)}

    with pytest.raises(HandshakeError) as refused:
        await RealtimeClient(outputs["RealtimeURL"], headers, style=style).connect()

    assert [error.type for error in refused.value.errors] == ["UnauthorizedException"]
    assert refused.value.codes == [401]


async def test_forged_token_cannot_subscribe_on_an_authorized_connection(room: Row, alice: ChatUser) -> None:
    async with alice.realtime() as connection:
        with pytest.raises(SubscriptionError) as refused:
            await connection.subscribe(
                ON_MESSAGE_CREATED,
                {"chatRoomId": room["id"]},
                authorization={"Authorization": signed_by_an_intruder(alice.tokens.id_token)},
            )

    assert refused.value.types == ["UnauthorizedException"]


async def test_missing_authorization_is_refused(outputs: Outputs) -> None:
    answer = await GraphQLClient(outputs["GraphQLURL"]).attempt(ME)

    assert_refused(answer.status, answer.body)


async def test_unknown_api_key_is_refused(outputs: Outputs) -> None:
    answer = await GraphQLClient(outputs["GraphQLURL"], {"x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}).attempt(ME)

    assert_refused(answer.status, answer.body)


@pytest.mark.parametrize("document", [ME, LIST_CHAT_ROOMS])
async def test_api_key_may_not_read_any_field(document: str, outputs: Outputs) -> None:
    answer = await GraphQLClient(outputs["GraphQLURL"], {"x-api-key": outputs["GraphQLAPIKey"]}).attempt(document)

    assert answer.status == 200
    assert answer.error_types == ["Unauthorized"]
    assert not any((answer.data or {}).values())


async def test_token_is_valid_until_it_expires(outputs: Outputs, pool: UserPool, alice: ChatUser) -> None:
    for seconds in (2, 8, 32):  # a busy machine needs some of them for the sign-in
        token = (await pool.sign_in_for(seconds, alice.account)).id_token
        headers = {"Authorization": token}
        client = GraphQLClient(outputs["GraphQLURL"], headers)
        while_good = await client.attempt(ME)
        if time.time() < claims_of(token)["exp"]:
            break
    await asyncio.sleep(claims_of(token)["exp"] - time.time() + 0.1)
    after = await client.attempt(ME)
    with pytest.raises(HandshakeError) as refused:
        await RealtimeClient(outputs["RealtimeURL"], headers).connect()

    assert while_good.errors == []
    assert while_good.data["me"]["id"] == alice.id
    assert_refused(after.status, after.body)
    assert refused.value.codes == [401]


@pytest.mark.conforms("authorization.revoked")
async def test_sign_out_revokes_the_refresh_token_but_not_the_access_token(
    backend: LocalBackend, new_user: NewUser, outputs: Outputs
) -> None:
    """As in AWS, where AppSync does not check revocation: aws/aws-appsync-community#298."""
    grace = await new_user("Grace")
    cognito = backend.cognito()

    cognito.global_sign_out(AccessToken=grace.tokens.access_token)

    assert (await grace.me())["id"] == grace.id
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=outputs["UserPoolClientId"],
            AuthParameters={"REFRESH_TOKEN": grace.tokens.refresh_token},
        )


def refreshed(cognito: CognitoIdentityProviderClient, client_id: str, refresh_token: str) -> str:
    """Return the access token for a refresh token."""
    answer = cognito.initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH", ClientId=client_id, AuthParameters={"REFRESH_TOKEN": refresh_token}
    )
    return answer["AuthenticationResult"]["AccessToken"]


async def test_removal_from_a_group_applies_from_the_next_token(
    backend: LocalBackend, new_user: NewUser, outputs: Outputs, room: Row
) -> None:
    """The groups are in the token, which is valid until it expires."""
    ada, cognito = await new_user("Ada", "Admins"), backend.cognito()
    await ada.history(room)

    cognito.admin_remove_user_from_group(
        UserPoolId=outputs.user_pool_id, Username=ada.account.username, GroupName="Admins"
    )
    token = refreshed(cognito, outputs.client_id, ada.tokens.refresh_token)
    variables = {"chatRoomId": room["id"]}
    after = await GraphQLClient(outputs["GraphQLURL"], {"Authorization": token}).attempt(MESSAGES_BY_ROOM, variables)

    assert "Admins" in claims_of(ada.tokens.access_token)["cognito:groups"]
    await ada.history(room)
    assert claims_of(token)["cognito:groups"] == ["Users"]
    assert after.error_types == ["Forbidden"]


async def test_disabled_account_gets_no_further_token(
    backend: LocalBackend, new_user: NewUser, pool: UserPool, outputs: Outputs
) -> None:
    grace, cognito = await new_user("Grace"), backend.cognito()

    cognito.admin_disable_user(UserPoolId=outputs.user_pool_id, Username=grace.account.username)

    assert (await grace.me())["id"] == grace.id
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        refreshed(cognito, outputs.client_id, grace.tokens.refresh_token)
    with pytest.raises(ClientError) as refused:
        await pool.sign_in(grace.account)
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


async def test_revoked_refresh_token_is_refused_and_other_devices_are_unaffected(
    backend: LocalBackend, new_user: NewUser, pool: UserPool, outputs: Outputs
) -> None:
    grace, cognito = await new_user("Grace"), backend.cognito()
    elsewhere = await pool.sign_in(grace.account)

    cognito.revoke_token(Token=grace.tokens.refresh_token, ClientId=outputs.client_id)

    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        refreshed(cognito, outputs.client_id, grace.tokens.refresh_token)
    assert claims_of(refreshed(cognito, outputs.client_id, elsewhere.refresh_token))["sub"] == grace.id


async def test_token_of_another_pool_is_refused(outputs: Outputs, backend: LocalBackend) -> None:
    cognito = backend.cognito()
    foreign = cognito.create_user_pool(PoolName="foreign")["UserPool"]["Id"]
    try:
        client_id = client_for_passwords(cognito, foreign)
        cognito.admin_create_user(UserPoolId=foreign, Username="mallory", MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=foreign, Username="mallory", Password=PASSWORD, Permanent=True)
        token = token_by_password(cognito, client_id, "mallory", PASSWORD)
        answer = await GraphQLClient(outputs["GraphQLURL"], {"Authorization": token}).attempt(ME)
    finally:
        cognito.delete_user_pool(UserPoolId=foreign)

    assert_refused(answer.status, answer.body)


async def test_token_of_another_client_of_the_pool_is_refused(
    outputs: Outputs, backend: LocalBackend, alice: ChatUser
) -> None:
    cognito = backend.cognito()
    client_id = client_for_passwords(cognito, outputs.user_pool_id)
    try:
        token = token_by_password(cognito, client_id, alice.account.username, alice.account.password)
        answer = await GraphQLClient(outputs["GraphQLURL"], {"Authorization": token}).attempt(ME)
    finally:
        cognito.delete_user_pool_client(UserPoolId=outputs.user_pool_id, ClientId=client_id)

    assert claims_of(token)["sub"] == alice.id
    assert_refused(answer.status, answer.body)


def client_for_passwords(cognito: CognitoIdentityProviderClient, pool_id: str) -> str:
    """Create a client of a pool with password sign-in."""
    made = cognito.create_user_pool_client(
        UserPoolId=pool_id, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    return made["UserPoolClient"]["ClientId"]


def token_by_password(cognito: CognitoIdentityProviderClient, client_id: str, username: str, password: str) -> str:
    """Return an ID token from a password sign-in."""
    answer = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["IdToken"]


@pytest.mark.parametrize("kind", ["id_token", "access_token"])
@pytest.mark.parametrize("prefix", ["", "Bearer "])
async def test_id_and_access_tokens_identify_the_same_user(
    kind: str, prefix: str, alice: ChatUser, outputs: Outputs
) -> None:
    token = getattr(alice.tokens, kind)

    me = (await GraphQLClient(outputs["GraphQLURL"], {"Authorization": prefix + token}).execute(ME))["me"]

    assert me == await alice.me()
    assert me["id"] == alice.id


async def test_refresh_token_is_refused_as_authorization(alice: ChatUser, outputs: Outputs) -> None:
    answer = await GraphQLClient(outputs["GraphQLURL"], {"Authorization": alice.tokens.refresh_token}).attempt(ME)

    assert_refused(answer.status, answer.body)


@pytest.mark.parametrize("style", ["subprotocol", "query"])
@pytest.mark.parametrize("kind", ["id_token", "access_token"])
async def test_both_encodings_of_the_authorization_open_a_connection(
    style: HeaderStyle, kind: str, shared_room: Row, alice: ChatUser, outputs: Outputs
) -> None:
    headers = {"Authorization": getattr(alice.tokens, kind)}

    async with RealtimeClient(outputs["RealtimeURL"], headers, style=style) as connection:
        subscription = await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": shared_room["id"]})
        sent = await alice.send(shared_room)
        event = await subscription.next()

    assert event.data == {"onMessageCreated": sent}
    assert connection.connection_timeout_milliseconds == 300_000


async def test_secure_endpoint_accepts_the_same_tokens(shared_room: Row, alice: ChatUser, outputs: Outputs) -> None:
    secure = RealtimeClient(outputs["RealtimeSecureURL"], alice.headers, ssl=outputs.trust())

    async with secure as connection:
        subscription = await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": shared_room["id"]})
        sent = await alice.send(shared_room)
        event = await subscription.next()

    assert event.data == {"onMessageCreated": sent}
