"""Calls DynamoDB's JSON API at an endpoint or in AWS, signed with the credentials of the environment."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.session import Session

from appsync_local.backend import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL: Final = Credentials("local", "local")
"""Credentials for an endpoint if the environment has none: DynamoDB Local accepts any."""
_CONNECTIONS: Final = 32


class DynamoDbTables:
    """Tables by name, each with its endpoint.

    Args:
        endpoints: table -> endpoint; None or absent: the table is in AWS.
    """

    def __init__(self, endpoints: Mapping[str, str | None]) -> None:
        self._endpoints = endpoints
        self._http = URLLib3Session(max_pool_connections=_CONNECTIONS)
        self._session = Session()

    async def call(self, action: str, request: dict[str, Any], region: str) -> dict[str, Any]:
        """Call DynamoDB.

        Raises:
            AwsError: DynamoDB rejected the call or cannot be reached, or there are no credentials.
        """
        endpoint = self._endpoint(request)
        return await asyncio.to_thread(self._call, action, json.dumps(request).encode(), endpoint, region)

    def _endpoint(self, request: dict[str, Any]) -> str | None:
        """Return the endpoint of a request's tables. The tables of a batch have the same endpoint."""
        named = [request.get("TableName"), *(request.get("RequestItems") or {})]
        named += [part.get("TableName") for item in request.get("TransactItems") or () for part in item.values()]
        return next((self._endpoints[name] for name in named if name in self._endpoints), None)

    def _call(self, action: str, body: bytes, endpoint: str | None, region: str) -> dict[str, Any]:
        credentials = self._session.get_credentials() or (_LOCAL if endpoint else None)
        if credentials is None:
            raise AwsError("UnrecognizedClientException", "There are no AWS credentials for DynamoDB.")
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{action}"}
        url = endpoint or f"https://dynamodb.{region}.amazonaws.com"
        request = AWSRequest("POST", url, headers, body)
        SigV4Auth(credentials, "dynamodb", region).add_auth(request)
        try:
            response = self._http.send(request.prepare())
        except HTTPClientError as error:
            raise AwsError("ServiceUnavailable", f"DynamoDB does not answer at {url}: {error}") from error
        return _answer(response.status_code, response.content)


def _answer(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise AwsError("InternalServerError", f"DynamoDB answered {status} without JSON.")
    if status < 400:  # noqa: PLR2004 - the first status of an error
        return answer
    code = str(answer.pop("__type", "InternalServerError")).rpartition("#")[2]
    message = str(answer.pop("message", None) or answer.pop("Message", ""))
    raise AwsError(code, message, answer)
