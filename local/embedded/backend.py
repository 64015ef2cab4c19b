"""The backend of the AppSync data plane: MiniStack in the same process, called without a socket."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from appsync_local.backend import AwsError, FunctionResult, HttpAnswer, IamPrincipal, LogLine, SignedRequest
from local.embedded.emulator import Emulator, decoded
from local.embedded.environment import ACCOUNT_ID
from local.embedded.permissions import Permissions, dynamodb_checks
from local.embedded.signatures import Signatures
from local.embedded.user_pools import UserPools

if TYPE_CHECKING:
    from appsync_local.backend import Backend


_LINES_OF_A_STREAM = 2_000
_KEPT_STREAMS = 2
"""MiniStack keeps every line in memory and saves all at once; without a limit, a busy API would slow itself down."""


@dataclass(slots=True)
class _LogStream:
    """A log stream that is being written; like AppSync's, its name is a random id."""

    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    lines: int = 0


class MiniStackBackend:
    """Implements `appsync_local.backend.Backend`, which documents the calls."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.permissions = Permissions(emulator)
        """IAM policy decisions, for components that act with roles."""
        self.signatures = Signatures()
        """The verification of signatures."""
        self.user_pools = UserPools(emulator)
        """The user pools."""
        self._log_streams: dict[str, _LogStream] = {}
        """Log group -> its current stream."""

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        """Call DynamoDB as the role."""
        account_id = _account_of(role_arn)
        for needed, resource in dynamodb_checks(action, request, region, account_id):
            self.permissions.require(role_arn, needed, resource, region=region)
        return await self._emulator.call_json(
            "dynamodb", f"DynamoDB_20120810.{action}", request, region=region, account_id=account_id
        )

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        """Invoke a function as the role, or as AppSync itself; errors of the function are in the result."""
        region, account_id = _place_of(function_arn)
        if role_arn:
            self.permissions.require(role_arn, "lambda:InvokeFunction", function_arn, region=region)
        else:
            self.permissions.require_of_function(function_arn, source_arn, region=region, account_id=account_id)
        return await invoke(self._emulator, function_arn, payload, event=event, region=region, account_id=account_id)

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:
        """Return the response to a GET of the AppSync control plane; a schema is returned as ``{"schema": SDL}``."""
        parts = urlsplit(path)
        answer = await self._emulator.call(
            "appsync",
            "GET",
            parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            region=region,
        )
        if parts.path.endswith("/schema") and answer.status == 200:  # noqa: PLR2004 - HTTP OK
            return {"schema": answer.body.decode()}
        return decoded(answer)

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:
        """Write to CloudWatch Logs as the role; only the last lines of an API are kept, see ``_LINES_OF_A_STREAM``."""
        stream = self._log_streams.setdefault(log_group, _LogStream())
        if stream.lines >= _LINES_OF_A_STREAM:
            stream = self._log_streams[log_group] = _LogStream()
        stream.lines += len(lines)
        place = {"logGroupName": log_group, "logStreamName": stream.name}
        events = [{"timestamp": line.timestamp, "message": line.message} for line in lines]

        async def call(action: str, request: dict[str, Any]) -> bool:
            return await self._call_logs(action, request, role_arn, region)

        if await call("PutLogEvents", {**place, "logEvents": events}):
            return
        if not await call("CreateLogStream", place):
            await call("CreateLogGroup", {"logGroupName": log_group})
            await call("CreateLogStream", place)
        await call("PutLogEvents", {**place, "logEvents": events})
        await self._drop_old_log_streams(log_group, _account_of(role_arn), region)

    async def _drop_old_log_streams(self, log_group: str, account_id: str, region: str) -> None:
        """Keep the newest streams of a group; delete the others, including those of earlier server runs."""

        async def call(action: str, request: dict[str, Any]) -> dict[str, Any]:
            target = f"Logs_20140328.{action}"
            return await self._emulator.call_json("logs", target, request, region=region, account_id=account_id)

        newest_first = {"logGroupName": log_group, "orderBy": "LastEventTime", "descending": True}
        streams = (await call("DescribeLogStreams", newest_first))["logStreams"]
        for old in streams[_KEPT_STREAMS:]:
            await call("DeleteLogStream", {"logGroupName": log_group, "logStreamName": old["logStreamName"]})

    async def _call_logs(self, action: str, request: dict[str, Any], role_arn: str, region: str) -> bool:
        """Call CloudWatch Logs as the role; return False if the log group or the stream does not exist."""
        account_id = _account_of(role_arn)
        group, stream = request["logGroupName"], request.get("logStreamName")
        resource = f"arn:aws:logs:{region}:{account_id}:log-group:{group}"
        resource += f":log-stream:{stream}" if stream else ":*"
        self.permissions.require(role_arn, f"logs:{action}", resource, region=region)
        try:
            await self._emulator.call_json(
                "logs", f"Logs_20140328.{action}", request, region=region, account_id=account_id
            )
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return False
            if error.code != "ResourceAlreadyExistsException":
                raise
        return True

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        """Return the JSON Web Key Set of a pool."""
        return self.user_pools.keys(user_pool_id)

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        """Verify a SigV4 signature."""
        return self.signatures.principal(request)

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:
        """Return whether a caller's policies allow an action on a resource."""
        region, _account = _place_of(resource)
        return self.permissions.allows(principal, action, resource, region=region)


async def invoke(
    emulator: Emulator, function_arn: str, payload: bytes, *, event: bool, region: str, account_id: str
) -> FunctionResult:
    """Invoke a Lambda function without a policy check.

    Raises:
        AwsError: the function does not exist, or is throttled.
    """
    name = quote(function_arn, safe=":")
    answer: HttpAnswer = await emulator.call(
        "lambda",
        "POST",
        f"/2015-03-31/functions/{name}/invocations",
        headers={"x-amz-invocation-type": "Event" if event else "RequestResponse", "content-type": "application/json"},
        body=payload,
        region=region,
        account_id=account_id,
    )
    if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
        decoded(answer)
    return FunctionResult(payload=answer.body, function_error=answer.headers.get("x-amz-function-error"))


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and parts[4] else ACCOUNT_ID  # noqa: PLR2004 - fields of an ARN


def _place_of(arn: str) -> tuple[str, str]:
    parts = arn.split(":")
    if len(parts) < 6:  # noqa: PLR2004 - fields of an ARN
        raise AwsError("ValidationException", f"{arn} is not an ARN")
    return parts[3], parts[4] or ACCOUNT_ID


if TYPE_CHECKING:

    def _is_a_backend(backend: MiniStackBackend) -> Backend:
        return backend
