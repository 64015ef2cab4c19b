"""Tests that a session renews its tokens shortly before they expire, once for all waiting requests."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chat_client.cognito import CognitoSession, Tokens, claims, replace_temporary_password


def token(seconds: float) -> str:
    """Return an access token that expires in ``seconds`` seconds."""
    body = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + seconds}).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


class Cognito:
    """Renews tokens for an hour."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def initiate_auth(self, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3's
        self.asked.append(arguments)
        time.sleep(0.01)
        return {"AuthenticationResult": {"IdToken": "new id", "AccessToken": token(3600)}}


@pytest.mark.parametrize(("seconds", "renewals"), [(3600, 0), (125, 0), (115, 1), (-5, 1)])
def test_tokens_are_renewed_when_they_are_about_to_expire(seconds: float, renewals: int) -> None:
    cognito, old = Cognito(), token(seconds)
    session = CognitoSession(cognito, "client", Tokens("id", old, "refresh"))
    with ThreadPoolExecutor(8) as threads:
        headers = list(threads.map(lambda _: session("url", b"body"), range(8)))
    assert len(cognito.asked) == renewals
    assert {header["Authorization"] == old for header in headers} == {renewals == 0}
    if renewals:
        assert cognito.asked[0]["AuthParameters"] == {"REFRESH_TOKEN": "refresh"}
        assert session.tokens.refresh_token == "refresh"
        assert claims(session.tokens.access_token)["exp"] > time.time() + 3000


def test_a_temporary_password_is_replaced_before_a_sign_in_with_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, str]] = []

    class Srp:
        def __init__(self, *, username: str, password: str, pool_id: str, client_id: str, client: object) -> None:
            assert (username, pool_id, client_id) == ("grace@example.com", "pool", "client")
            assert client is cognito
            self._password = password

        def set_new_password_challenge(self, password: str) -> dict[str, Any]:
            calls.append((self._password, f"becomes {password}"))
            return {"AuthenticationResult": {"AccessToken": "of the challenge"}}

        def authenticate_user(self) -> dict[str, Any]:
            calls.append((self._password, "signs in"))
            return {"AuthenticationResult": {"IdToken": "id", "AccessToken": "access", "RefreshToken": "refresh"}}

    cognito = Cognito()
    monkeypatch.setattr("chat_client.cognito.AWSSRP", Srp)
    place = {"user_pool_id": "pool", "client_id": "client", "username": "grace@example.com"}

    tokens = replace_temporary_password(cognito, **place, temporary_password="first", password="second")

    assert calls == [("first", "becomes second"), ("second", "signs in")]
    assert tokens == Tokens("id", "access", "refresh")
