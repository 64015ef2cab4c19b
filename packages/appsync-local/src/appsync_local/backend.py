"""The protocol through which the AppSync data plane calls other AWS services, so that any AWS implementation works."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


class AwsError(Exception):
    """An AWS service rejected a call.

    Attributes:
        code: the service's error name without namespace, for example ``ConditionalCheckFailedException``.
        message: the service's message.
        details: the rest of the error body, for example ``CancellationReasons`` or ``Item``.
    """

    def __init__(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details or {}


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """The result of a Lambda invocation: its payload, and the kind of error if it failed."""

    payload: bytes
    function_error: str | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An HTTP request with an unverified SigV4 signature, as received."""

    method: str
    raw_path: str
    query_string: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class IamPrincipal:
    """A verified SigV4 caller."""

    arn: str
    user_id: str
    account_id: str
    access_key_id: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line for CloudWatch Logs and its Unix timestamp in milliseconds."""

    timestamp: int
    message: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A raw response of the control plane."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Backend(Protocol):
    """The AWS services that the data plane uses."""

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        """Call DynamoDB's JSON API as the role; the role's policies are enforced.

        Raises:
            AwsError: DynamoDB's error, or ``AccessDeniedException`` if the role does not allow the call.
        """
        ...

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        """Invoke a Lambda function. With ``event``, return at once with an empty payload.

        Args:
            function_arn: the function, possibly with a version or an alias.
            payload: its event.
            role_arn: the data source's role, whose policies are enforced. Empty if AppSync itself invokes the function,
                for example an authorizer: the function's resource policy must then allow ``appsync.amazonaws.com``.
            event: whether to invoke asynchronously.
            source_arn: the API for which AppSync itself invokes the function, for ``aws:SourceArn`` in that policy.

        Raises:
            AwsError: the invocation was rejected.
        """
        ...

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:
        """GET a path of the AppSync control plane, for example ``/v1/apis/<id>/datasources``.

        Raises:
            AwsError: for example ``NotFoundException``.
        """
        ...

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:
        """Write to CloudWatch Logs as the role. Create the group and the stream if they do not exist.

        Raises:
            AwsError: the role does not allow it, or CloudWatch Logs rejected the call.
        """
        ...

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        """Return the JSON Web Key Set of a Cognito user pool, ``{"keys": []}`` if it does not exist."""
        ...

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        """Verify a SigV4 signature.

        Raises:
            AwsError: the signature, the key or the session token is invalid.
        """
        ...

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:
        """Return whether the principal's IAM policies allow the action on the resource."""
        ...
