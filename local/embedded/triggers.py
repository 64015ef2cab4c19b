"""Invocation of Lambda triggers of user pools that MiniStack 1.5.33 does not fire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from local.embedded.backend import invoke
from local.embedded.cognito.operation import refusal

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Response


def trigger_event(
    source: str,
    pool_id: str,
    client_id: str,
    user: dict[str, Any],
    *,
    client_metadata: dict[str, str] | None = None,
    **request: object,
) -> dict[str, Any]:
    """Return an event in the format of the Developer Guide, "User pool Lambda trigger event structure".

    Args:
        source: for example ``PostConfirmation_ConfirmSignUp``.
        pool_id: the user pool.
        client_id: the app client; empty for a call of an administrator.
        user: MiniStack's record of the user.
        client_metadata: ``ClientMetadata`` of the call.
        request: further members of the event's ``request``.
    """
    attributes = {attribute["Name"]: attribute.get("Value", "") for attribute in user["Attributes"]}
    content = {"userAttributes": {**attributes, "cognito:user_status": user["UserStatus"]}, **request}
    if client_metadata:
        content["clientMetadata"] = client_metadata
    return {
        "version": "1",
        "region": pool_id.split("_", 1)[0],
        "userPoolId": pool_id,
        "userName": user["Username"],
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": client_id or "CLIENT_ID_NOT_APPLICABLE",
        },
        "triggerSource": source,
        "request": content,
        "response": {},
    }


async def fire(emulator: Emulator, trigger: str, pool: dict[str, Any], event: dict[str, Any]) -> Response | None:
    """Invoke the function of a trigger, if the pool has one; return Cognito's refusal if the function fails."""
    function_arn = (pool.get("LambdaConfig") or {}).get(trigger)
    if not function_arn:
        return None
    _arn, _partition, _service, region, account_id, *_rest = str(pool["Arn"]).split(":")
    payload = json.dumps(event).encode()
    try:
        result = await invoke(emulator, function_arn, payload, event=False, region=region, account_id=account_id)
    except AwsError as error:
        return refusal("UnexpectedLambdaException", f"{trigger} invocation failed due to error {error}.")
    if result.function_error is None:
        return None
    try:
        reason = json.loads(result.payload).get("errorMessage")
    except (ValueError, AttributeError):
        reason = None
    return refusal("UserLambdaValidationException", f"{trigger} failed with error {reason or 'unknown'}.")
