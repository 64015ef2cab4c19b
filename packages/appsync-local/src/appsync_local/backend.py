"""What the AppSync data plane asks of the AWS beside it: one protocol, so that any AWS will do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


class AwsError(Exception):
    """An AWS service refused a call.

    Attributes:
        code: the service's error name without namespace, for example ``ConditionalCheckFailedException``.
        message: the service's own text.
        details: the rest of the error body, for example ``CancellationReasons`` or ``Item``.
    """

    def __init__(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details or {}


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """What a Lambda invocation gave back: its payload, and the error kind if it failed."""

    payload: bytes
    function_error: str | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An HTTP request that claims to be signed with SigV4, as received."""

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
    """A line for CloudWatch Logs and the Unix millisecond at which it came up."""

    timestamp: int
    message: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A raw answer of the control plane."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Backend(Protocol):
    """The AWS that the data plane runs on."""

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        """Call DynamoDB's JSON API as the role; the role's policies are enforced.

        Raises:
            AwsError: DynamoDB's own refusal, or ``AccessDeniedException`` where the role may not do this.
        """
        ...

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        """Invoke a Lambda function; ``event`` returns at once with an empty payload.

        Args:
            function_arn: the function, possibly with a version or an alias.
            payload: its event.
            role_arn: the data source's role, whose policies decide. Empty where AppSync itself invokes, as it does an
                authorizer: then the function's resource policy has to let ``appsync.amazonaws.com`` in.
            event: whether nobody waits for the answer.
            source_arn: the API on whose behalf AppSync itself invokes, for ``aws:SourceArn`` in that policy.

        Raises:
            AwsError: the invocation itself was refused.
        """
        ...

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:
        """GET a path of the AppSync control plane, for example ``/v1/apis/<id>/datasources``.

        Raises:
            AwsError: ``NotFoundException`` and its kin.
        """
        ...

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:
        """Write to CloudWatch Logs as the role; group and stream are made where they are missing.

        Raises:
            AwsError: the role may not, or CloudWatch Logs refused.
        """
        ...

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        """Return the JSON Web Key Set of a Cognito user pool; ``{"keys": []}`` when there is no such pool."""
        ...

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        """Verify a SigV4 signature.

        Raises:
            AwsError: the signature, the key or the session token is not good.
        """
        ...

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:
        """Tell whether the principal's IAM policies allow the action on the resource."""
        ...
