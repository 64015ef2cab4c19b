"""GraphQL with an IAM signature (SigV4, service ``appsync``), as functions and scripts call it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.helpers.graphql_client import GraphQLClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.graphql_client import Answer


@dataclass(frozen=True, slots=True)
class SignedClient:
    """A caller of one endpoint with an access key."""

    url: str
    region: str
    access_key_id: str
    secret_access_key: str

    async def attempt(self, document: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Run an operation and return whatever came back."""
        body = json.dumps({"query": document, "variables": dict(variables or {})}).encode()
        request = AWSRequest("POST", self.url, data=body)  # the client adds Content-Type, which is not signed
        credentials = Credentials(self.access_key_id, self.secret_access_key)
        SigV4Auth(credentials, "appsync", self.region).add_auth(request)
        return await GraphQLClient(self.url, dict(request.headers.items())).post(body)
