"""Tests of PreSignUp: only allowed domains can sign up; administrators can add any address."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lambdas.pre_sign_up.handler import Settings
from lambdas.pre_sign_up.logic import SignUpRefusedError, admit

DOMAINS = ("example.com", "example.org")


def event(address: str | None, source: str = "PreSignUp_SignUp") -> dict[str, Any]:
    """Return an event of Cognito."""
    attributes = {} if address is None else {"email": address}
    return {
        "version": "1",
        "triggerSource": source,
        "userName": "0d5e",
        "request": {"userAttributes": attributes, "validationData": None},
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    }


@pytest.mark.parametrize("address", ["a@example.com", "A.B@EXAMPLE.COM", "a@example.org.", '"odd@name"@example.com'])
@pytest.mark.parametrize("source", ["PreSignUp_SignUp", "PreSignUp_ExternalProvider"])
def test_addresses_of_allowed_domains_can_sign_up(address: str, source: str) -> None:
    admit(event(address, source), DOMAINS)


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "example.com",
        "@example.com",
        "a@example.net",
        "a@sub.example.com",
        "a@notexample.com",
        "a@example.com.evil.net",
        "a@example.com@evil.net",
    ],
)
def test_other_addresses_cannot_sign_up(address: str | None) -> None:
    for source in ("PreSignUp_SignUp", "PreSignUp_ExternalProvider"):
        with pytest.raises(SignUpRefusedError, match="cannot sign up"):
            admit(event(address, source), DOMAINS)


def test_administrators_can_invite_any_address() -> None:
    admit(event("guest@example.net", "PreSignUp_AdminCreateUser"), DOMAINS)


@given(st.text(max_size=80))
def test_only_the_domain_of_an_address_decides(name: str) -> None:
    with pytest.raises(SignUpRefusedError):
        admit(event(f"{name}@example.net"), DOMAINS)


def test_the_setting_is_a_json_list() -> None:
    assert Settings.model_validate({"ALLOWED_EMAIL_DOMAINS": '["example.com"]'}).allowed_email_domains == (
        "example.com",
    )
    with pytest.raises(ValidationError):
        Settings.model_validate({"ALLOWED_EMAIL_DOMAINS": "example.com"})
