"""The chat API from inside: requests signed with the function's role, for the mutations that only IAM may call."""

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
    """The API did not do what was asked."""

    def __init__(self, message: str, kinds: Sequence[str] = ()) -> None:
        """Keep the errors' ``errorType``, each once."""
        super().__init__(message)
        self.kinds = tuple(kinds)


class Answer(Protocol):
    """What comes back over HTTP."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by name in any case."""
        ...

    @property
    def content(self) -> bytes:
        """The body."""
        ...


class Http(Protocol):
    """Whoever sends a request."""

    def send(self, request: AWSPreparedRequest) -> Answer:
        """Send it and wait for the answer."""
        ...


class GraphqlClient:
    """Signs with SigV4 for the service ``appsync`` (AppSync developer guide, "AWS_IAM authorization")."""

    def __init__(self, url: str, *, region: str, credentials: Credentials, http: Http) -> None:
        self._url = url
        self._region = region
        self._credentials = credentials
        self._http = http

    @classmethod
    def from_session(cls, url: str) -> GraphqlClient:
        """Make a client with the credentials and the region of the function.

        Raises:
            GraphqlError: there are no credentials.
        """
        session = boto3.Session()
        credentials = session.get_credentials()
        if credentials is None:
            raise GraphqlError("there are no credentials to sign with")
        return cls(url, region=session.region_name, credentials=credentials, http=URLLib3Session(timeout=_SECONDS))

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Run one operation and return its data; the log tells the id that it has in the API's log.

        Raises:
            GraphqlError: the answer is not 200, or carries errors.
            botocore.exceptions.HTTPClientError: there is no answer.
        """
        body = json.dumps({"query": document, "variables": _readable(variables)}, separators=(",", ":"))
        request = AWSRequest("POST", self._url, headers={"Content-Type": "application/json"}, data=body)
        SigV4Auth(self._credentials, "appsync", self._region).add_auth(request)
        answer = self._http.send(request.prepare())
        request_id = answer.headers.get(_REQUEST_ID_HEADER)
        if answer.status_code != _OK:
            raise GraphqlError(f"the API answered request {request_id} with status {answer.status_code}")
        outcome = json.loads(answer.content)
        if outcome.get("errors"):
            kinds = sorted({str(error.get("errorType")) for error in outcome["errors"]})
            raise GraphqlError(f"the API answered request {request_id} with errors: {', '.join(kinds)}", kinds)
        data: dict[str, Any] = outcome["data"]
        logger.info("Called the API", extra={"fields": sorted(data), "api_request_id": request_id})
        return data


def _readable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Take out of all texts what the API refuses by now: rows may hold what it accepted before."""
    if isinstance(value, str):
        return cleaned(value, LAYOUT)
    if isinstance(value, dict):
        return {name: _readable(inner) for name, inner in value.items()}
    return [_readable(inner) for inner in value] if isinstance(value, list) else value
