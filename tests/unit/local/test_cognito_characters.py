"""Tests of invalid characters in requests to Cognito: they are refused before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.local.cognito import PASSWORD, REGION, UserPool, attributes

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

ADA = "ada@example.com"
ODD = ["a\ud800b", "\udfff", "a\0b"]
PATTERN = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
ATTRIBUTE_PATTERN = PATTERN.replace("]+", r"\t\n\r ]+")
TEXT = "Member must not have NUL or half of a surrogate pair"


def invalid(place: str, problem: str = TEXT) -> tuple[str, str]:
    """Return the refusal of one value."""
    message = f"1 validation error detected: Value at '{place}' failed to satisfy constraint: {problem}"
    return "InvalidParameterException", message


@pytest.mark.conforms("cognito.characters")
@pytest.mark.parametrize("odd", ODD)
async def test_sign_up_rejects_invalid_characters(pool: UserPool, odd: str) -> None:
    request = pool.new_user(ADA, name=odd)
    assert await pool.refusal("SignUp", **request) == invalid("userAttributes.2.member.value")
    request = {**pool.new_user(ADA), "Password": PASSWORD + odd}
    assert await pool.refusal("SignUp", **request) == invalid("password")
    request = {**pool.new_user(ADA), "Username": odd}
    assert await pool.refusal("SignUp", **request) == invalid("username", PATTERN)
    request = {**pool.new_user(ADA), "ClientMetadata": {"a": odd}}
    assert await pool.refusal("SignUp", **request) == invalid("clientMetadata.a")
    request = {**pool.new_user(ADA), "ClientMetadata": {odd: "a"}}
    assert await pool.refusal("SignUp", **request) == invalid("clientMetadata.key")
    request = {**pool.new_user(ADA), "UserAttributes": [{"Name": odd, "Value": "a"}]}
    assert await pool.refusal("SignUp", **request) == invalid("userAttributes.1.member.name", ATTRIBUTE_PATTERN)
    assert await pool.users() == []


@pytest.mark.conforms("cognito.characters")
@pytest.mark.parametrize("odd", ODD)
async def test_users_cannot_be_created_with_invalid_characters(pool: UserPool, odd: str) -> None:
    await pool.sign_up(ADA, name="Ada")
    before = await pool.stored(ADA)
    token = (await pool.sign_in(ADA))["AccessToken"]
    changed = {"UserAttributes": attributes(name=odd)}
    ada = {"UserPoolId": pool.id, "Username": ADA}
    place = invalid("userAttributes.1.member.value")

    assert await pool.refusal("UpdateUserAttributes", AccessToken=token, **changed) == place
    assert await pool.refusal("AdminUpdateUserAttributes", **ada, **changed) == place
    assert await pool.refusal("AdminCreateUser", UserPoolId=pool.id, Username="bo@example.com", **changed) == place
    given = {"PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD + odd}
    assert await pool.refusal("ChangePassword", AccessToken=token, **given) == invalid("proposedPassword")
    assert await pool.refusal("InitiateAuth", **pool.credentials(odd)) == invalid("authParameters.USERNAME")
    assert await pool.stored(ADA) == before
    assert len(await pool.users()) == 1


@pytest.mark.conforms("cognito.characters")
@pytest.mark.parametrize("odd", [*ODD, "a b", "a\x01b", "a\u200bb"])
async def test_names_match_the_pattern(pool: UserPool, odd: str) -> None:
    group = {"UserPoolId": pool.id, "GroupName": odd}
    assert await pool.refusal("CreateGroup", **group) == invalid("groupName", PATTERN)
    created = await pool.refusal("AdminCreateUser", UserPoolId=pool.id, Username=odd)
    assert created == invalid("username", PATTERN)
    assert (await pool.call("ListGroups", UserPoolId=pool.id))["Groups"] == []


@pytest.mark.conforms("cognito.characters")
async def test_attribute_names_in_requests_may_contain_blanks(pool: UserPool) -> None:
    request = {**pool.new_user(ADA), "UserAttributes": [{"Name": "my\tfirst name\n", "Value": "Ada"}]}
    unknown = "user.my\tfirst name\n: Attribute does not exist in the schema.\n"
    assert await pool.refusal("SignUp", **request) == ("InvalidParameterException", unknown)
    request = {**pool.new_user(ADA), "ValidationData": [{"Name": "a\x01", "Value": "b"}]}
    assert await pool.refusal("SignUp", **request) == invalid("validationData.1.member.name", ATTRIBUTE_PATTERN)
    await pool.sign_up(ADA)
    token = (await pool.sign_in(ADA))["AccessToken"]
    odd = {"AccessToken": token, "AttributeName": "a\u200bb"}
    wanted = await pool.refusal("GetUserAttributeVerificationCode", **odd)
    assert wanted == invalid("attributeName", ATTRIBUTE_PATTERN)


@pytest.mark.conforms("cognito.characters")
async def test_attribute_names_in_a_schema_contain_no_blanks(pool: UserPool) -> None:
    wanted = {"PoolName": "others", "Schema": [{"Name": "my name", "AttributeDataType": "String"}]}
    assert await pool.refusal("CreateUserPool", **wanted) == invalid("schema.1.member.name", PATTERN)
    later = {"UserPoolId": pool.id, "CustomAttributes": wanted["Schema"]}
    assert await pool.refusal("AddCustomAttributes", **later) == invalid("customAttributes.1.member.name", PATTERN)


@pytest.mark.conforms("cognito.characters")
async def test_every_violation_is_named_and_all_other_characters_are_accepted(pool: UserPool) -> None:
    request = {**pool.new_user(ADA, name="\0"), "Username": "a b"}
    code, message = await pool.refusal("SignUp", **request)
    assert code == "InvalidParameterException"
    assert message.startswith("2 validation errors detected: Value at 'username' failed")
    name = "\U0001f469\u200d\U0001f4bb Ada\tB\u00e9\u0301\u4e00"
    await pool.sign_up(ADA, name=name)
    assert (await pool.stored(ADA))["name"] == name


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
@pytest.mark.parametrize("body", [b"\xff", b"[]", b"{", b"null", b'{"a":' * 100_000])
async def test_a_body_that_is_not_a_json_object_is_refused(embedded: Embedded, body: bytes, service: str) -> None:
    targets = {
        "cognito-idp": "AWSCognitoIdentityProviderService.SignUp",
        "cognito-identity": "AWSCognitoIdentityService.CreateIdentityPool",
    }
    headers = {"x-amz-target": targets[service]}
    answer = await embedded.emulator.call(service, "POST", "/", headers=headers, body=body, region=REGION)
    assert (answer.status, b"SerializationException" in answer.body) == (400, True)
