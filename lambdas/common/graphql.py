"""Client of the chat API that signs requests with the function's role, for the mutations that require IAM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from lambdas.common.characters import LAYOUT, cleaned
from lambdas.common.observability import logger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.credentials import Credentials

_SECONDS = 5
_OK = 200
_REQUEST_ID_HEADER = "x-amzn-requestid"


class GraphqlError(RuntimeError):
    """The API returned an error."""

    def __init__(self, message: str, kinds: Sequence[str] = ()) -> None:
        """Set the message, and the distinct ``errorType`` values of the response."""
        super().__init__(message)
        self.kinds = tuple(kinds)


class Response(Protocol):
    """An HTTP response."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are case-insensitive."""
        ...

    @property
    def content(self) -> bytes:
        """The body."""
        ...


class Http(Protocol):
    """An HTTP client."""

    def send(self, request: AWSPreparedRequest) -> Response:
        """Send the request and return the response."""
        ...


class GraphqlClient:
    """Signs requests with SigV4 for the service ``appsync`` (AppSync developer guide, "AWS_IAM authorization")."""

    def __init__(self, url: str, *, region: str, credentials: Credentials, http: Http) -> None:
        self._url = url
        self._region = region
        self._credentials = credentials
        self._http = http

    @classmethod
    def from_session(cls, url: str) -> GraphqlClient:
        """Return a client with the credentials and the region of the function.

        Raises:
            GraphqlError: No credentials were found.
        """
        session = boto3.Session()
        credentials = session.get_credentials()
        if credentials is None:
            raise GraphqlError("no credentials to sign with")
        return cls(url, region=session.region_name, credentials=credentials, http=URLLib3Session(timeout=_SECONDS))

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Execute an operation and return its data. Logs the request id that AppSync's log has, too.

        Raises:
            GraphqlError: The status is not 200, or the response has errors.
            botocore.exceptions.HTTPClientError: There was no response.
        """
        payload = json.dumps({"query": document, "variables": _readable(variables)}, separators=(",", ":"))
        request = AWSRequest("POST", self._url, headers={"Content-Type": "application/json"}, data=payload)
        SigV4Auth(self._credentials, "appsync", self._region).add_auth(request)
        response = self._http.send(request.prepare())
        request_id = response.headers.get(_REQUEST_ID_HEADER)
        if response.status_code != _OK:
            raise GraphqlError(f"the API answered request {request_id} with status {response.status_code}")
        body = json.loads(response.content)
        if body.get("errors"):
            kinds = sorted({str(error.get("errorType")) for error in body["errors"]})
            raise GraphqlError(f"the API answered request {request_id} with errors: {', '.join(kinds)}", kinds)
        data: dict[str, Any] = body["data"]
        logger.info("Called the API", extra={"fields": sorted(data), "api_request_id": request_id})
        return data


def _readable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Remove characters from all strings that the API rejects now but accepted when the rows were written."""
    if isinstance(value, str):
        return cleaned(value, LAYOUT)
    if isinstance(value, dict):
        return {name: _readable(inner) for name, inner in value.items()}
    return [_readable(inner) for inner in value] if isinstance(value, list) else value
