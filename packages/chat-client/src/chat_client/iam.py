"""Signs requests with AWS credentials (SigV4), for backends and scripts. Needs the extra ``iam``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import Credentials


class IamAuthorization:
    """The authorization of an AWS identity, for GraphQL over HTTP; not for subscriptions.

    Args:
        credentials: for example ``boto3.Session().get_credentials()``.
        region: of the API.
    """

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._signer = SigV4Auth(credentials, "appsync", region)

    def __call__(self, url: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that sign a request."""
        request = AWSRequest("POST", url, data=body)  # the client adds Content-Type, which is not signed
        self._signer.add_auth(request)
        return dict(request.headers.items())
