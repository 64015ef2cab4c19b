"""Verifies Signature Version 4 of the configured users."""

from __future__ import annotations

import hmac
import re
import time
from calendar import timegm
from typing import TYPE_CHECKING, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from appsync_local.backend import AwsError, IamPrincipal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appsync_local.backend import SignedRequest
    from appsync_local.standalone.configuration import IamUser

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/, ]+)/(?P<day>\d{8})/(?P<region>[^/, ]+)/appsync/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^, ]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_CLOCK_SECONDS: Final = 300
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def verify(request: SignedRequest, users: Iterable[IamUser], account_id: str) -> IamPrincipal:
    """Return the user who signed a request.

    Raises:
        AwsError: the user is unknown, the signature does not match, or it has expired.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
    claimed = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    signed = claimed["headers"].split(";") if claimed else []
    if claimed is None or "host" not in signed or "x-amz-date" not in signed:
        raise AwsError("IncompleteSignatureException", "The Authorization header is incomplete.")
    user = next((user for user in users if user.access_key_id == claimed["key"]), None)
    if user is None:
        raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.")
    _check_time(headers.get("x-amz-date", ""), claimed["day"])
    url = f"http://{headers.get('host', '')}{request.raw_path}"
    query = f"?{request.query_string}" if request.query_string else ""
    again = AWSRequest(
        request.method, url + query, {name: headers[name] for name in signed if name in headers}, request.body
    )
    again.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(user.access_key_id, user.secret_access_key), "appsync", claimed["region"])
    text = auth.string_to_sign(again, auth.canonical_request(again))
    if not hmac.compare_digest(auth.signature(text, again), claimed["signature"]):
        raise AwsError("SignatureDoesNotMatch", _MISMATCH)
    arn = f"arn:aws:iam::{account_id}:user/{user.name}"
    return IamPrincipal(arn, user.name, account_id, user.access_key_id)


def _check_time(stamp: str, day: str) -> None:
    try:
        signed_at = timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        signed_at = 0
    if not stamp.startswith(day) or abs(time.time() - signed_at) > _CLOCK_SECONDS:
        raise AwsError("InvalidSignatureException", f"Signature expired or not yet current: {stamp}")
