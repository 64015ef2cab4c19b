"""AWS_LAMBDA authorization: a Lambda function authorizes callers; results are cached for the TTL that it returns.

Source: "AWS_LAMBDA authorization" in the AppSync developer guide.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from appsync_local.authorization import Caller
from appsync_local.backend import AwsError
from appsync_local.errors import UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appsync_local.api import GraphqlApi
    from appsync_local.backend import Backend

_DEFAULT_SECONDS: Final = 300
_MAXIMUM_SECONDS: Final = 3600
_KEPT_ANSWERS: Final = 1_000
_MAXIMUM_CONTEXT_BYTES: Final = 5 * 1024 * 1024


class LambdaAuthorizer:
    """Calls the API's authorizer function.

    Args:
        config: AppSync's ``lambdaAuthorizerConfig``: ``authorizerUri``, ``authorizerResultTtlInSeconds``,
            ``identityValidationExpression``.
        api: the called API.
        backend: the AWS services.
    """

    def __init__(self, config: dict[str, Any], api: GraphqlApi, backend: Backend) -> None:
        self._function = str(config.get("authorizerUri", ""))
        seconds = config.get("authorizerResultTtlInSeconds")
        self._seconds = _DEFAULT_SECONDS if seconds is None else int(seconds)
        expression = config.get("identityValidationExpression")
        self._expression = re.compile(expression) if expression else None
        self._api = api
        self._backend = backend
        self._answers: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def authorize(
        self, token: str, *, headers: Mapping[str, str], operation: Mapping[str, Any], is_default: bool
    ) -> Caller:
        """Return the caller that the function authorized.

        Raises:
            UnauthorizedError: the function denied access, failed, or returned an invalid result.
        """
        if self._expression is not None and self._expression.fullmatch(token) is None:
            raise UnauthorizedError
        kept = self._answers.get(token)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        answer = await self._ask(token, headers, operation)
        caller = Caller(
            "AWS_LAMBDA",
            {"resolverContext": answer.get("resolverContext") or {}},
            is_default_mode=is_default,
            denied_fields=frozenset(_type_and_field(name) for name in answer.get("deniedFields") or ()),
        )
        self._keep(token, caller, answer.get("ttlOverride"))
        return caller

    async def _ask(self, token: str, headers: Mapping[str, str], operation: Mapping[str, Any]) -> dict[str, Any]:
        event = {
            "authorizationToken": token,
            "requestContext": {
                "apiId": self._api.id,
                "accountId": self._api.account_id,
                "requestId": str(uuid.uuid4()),
                "queryString": operation.get("query"),
                "operationName": operation.get("operationName"),
                "variables": operation.get("variables") or {},
            },
            "requestHeaders": dict(headers),
        }
        try:
            # AppSync invokes an authorizer as the service itself, which the function's resource policy must allow.
            result = await self._backend.invoke_function(
                self._function, json.dumps(event).encode(), role_arn="", event=False, source_arn=self._api.arn
            )
            answer = json.loads(result.payload)
        except (AwsError, ValueError, RecursionError) as error:
            raise UnauthorizedError from error
        if result.function_error or not isinstance(answer, dict) or answer.get("isAuthorized") is not True:
            raise UnauthorizedError
        if len(result.payload) > _MAXIMUM_CONTEXT_BYTES or not _is_flat(answer.get("resolverContext")):
            raise UnauthorizedError
        return answer

    def _keep(self, token: str, caller: Caller, override: object) -> None:
        seconds = override if isinstance(override, int) and not isinstance(override, bool) else self._seconds
        if seconds <= 0:
            return
        self._answers[token] = (time.monotonic() + min(seconds, _MAXIMUM_SECONDS), caller)
        if len(self._answers) > _KEPT_ANSWERS:
            self._answers.popitem(last=False)


def _is_flat(context: object) -> bool:
    """Return whether ``resolverContext`` has only key-value pairs; AppSync rejects nested objects."""
    if context is None:
        return True
    return isinstance(context, dict) and not any(isinstance(value, (dict, list)) for value in context.values())


def _type_and_field(name: object) -> str:
    """Return ``Mutation.send`` from ``Mutation.send`` or ``arn:...:apis/<id>/types/Mutation/fields/send``."""
    text = str(name)
    match = re.search(r"/types/([^/]+)/fields/([^/]+)$", text)
    return f"{match[1]}.{match[2]}" if match else text
