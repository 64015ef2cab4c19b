"""AWS Signature Version 4: identifies the signer of a request and verifies the signature.

All signatures are verified here: of AWS services, GraphQL with IAM, presigned URLs, and S3 upload forms. MiniStack
provides the computation (``core.sigv4``) and the keys: those of the account's root (for this run), IAM users and
sessions (``core.iam_evaluator``, ``core.responses``; pinned).

Source: "AWS Signature Version 4 for API requests" in the IAM user guide, "Authenticating Requests" in the S3 API
reference. Only HMAC-SHA256 is accepted; AWS also refuses Version 2 for new buckets.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from appsync_local.backend import AwsError, IamPrincipal, SignedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM: Final = "AWS4-HMAC-SHA256"
FORM_FIELDS: Final = ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
"""The signature fields of an S3 upload form."""
_MINISTACKS_PUBLIC_KEY: Final = "test"
_QUERY_NAMES: Final = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid"})
_ONCE: Final = (b"authorization", b"host", b"x-amz-date", b"x-amz-content-sha256", b"x-amz-security-token")
_UNHASHED: Final = ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
_CHUNKED: Final = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
_LAST_CHUNK: Final = re.compile(rb"(?:^|\r\n)0;chunk-signature=([0-9a-f]{64})\r\n((?:[^\r\n]+\r\n)*)\r\n$")
_TRAILER_SIGNATURE: Final = "x-amz-trailer-signature"
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_SECONDS: Final = re.compile(r"[0-9]{1,6}")
_LONGEST_PRESIGNED_SECONDS: Final = 7 * 24 * 3600
_PRESIGNED_CLOCK_SECONDS: Final = 15 * 60


@dataclass(frozen=True, slots=True)
class _Signed:
    """A request with a valid key and an unverified signature."""

    signature: Any
    credential: Any
    query: dict[str, list[str]]
    headers: dict[str, str]
    in_query: bool


class Signatures:
    """Verifies signatures with the keys of the running MiniStack."""

    def __init__(self) -> None:
        from ministack.core import iam_evaluator, responses, sigv4  # noqa: PLC0415 - see emulator.Emulator

        self._evaluator: Any = iam_evaluator
        self._responses: Any = responses
        self._sigv4: Any = sigv4

    def principal(self, request: SignedRequest) -> IamPrincipal:
        """Return the caller of a request that is signed in its Authorization header or in its query.

        Raises:
            AwsError: there is no valid signature; the error code is that of AWS's query protocol.
        """
        # The lookup of a key sets account and region in context variables; the copy isolates them.
        return contextvars.copy_context().run(self._principal, request)

    def check_beginning(self, request: SignedRequest) -> None:
        """Check the signature's key and time before the whole body arrives, and the signature if it covers a hash.

        Args:
            request: the request with any part of its body.

        Raises:
            AwsError: as for `principal`. Success is no authorization, because the body has not been verified.
        """
        contextvars.copy_context().run(self._check_beginning, request)

    def form_principal(self, fields: Mapping[str, str]) -> IamPrincipal:
        """Return the signer of the policy of an S3 upload form.

        Args:
            fields: the form's fields by lower-case name, including `FORM_FIELDS`.

        Raises:
            AwsError: the signature is invalid. Whether the form complies with its policy is not checked here.
        """
        return contextvars.copy_context().run(self._form_principal, fields)

    # --- a request --------------------------------------------------------------------------------

    def _principal(self, request: SignedRequest) -> IamPrincipal:
        signed = self._signed(request)
        signature, credential, headers = signed.signature, signed.credential, signed.headers
        _check_payload(signature, headers, request.body, in_query=signed.in_query)
        failure = self._sigv4.header_signature_failure(
            signature,
            credential.secret_access_key,
            request.method,
            request.raw_path,
            signed.query,
            headers,
            request.body,
            presigned=signed.in_query,
        )
        if failure is not None:
            raise AwsError(*failure)
        if headers.get("x-amz-content-sha256") == _CHUNKED[1]:
            self._check_trailer(credential, signature, request.body)
        return _principal_of(credential)

    def _check_beginning(self, request: SignedRequest) -> None:
        signed = self._signed(request)
        signature = signed.signature
        if not signed.headers.get("x-amz-content-sha256") and not (signed.in_query and _is_s3(signature.service)):
            return  # the signature covers the hash of a body that has not arrived yet
        _canonical, signed_text = self._sigv4.header_signing_documents(
            signature,
            request.method,
            request.raw_path,
            signed.query,
            signed.headers,
            request.body,
            presigned=signed.in_query,
        )
        self._compare(signed.credential, _scope_of(signature), signed_text, signature.signature)

    def _compare(self, credential: Any, scope: tuple[str, str, str], text: str, given: str) -> None:  # noqa: ANN401
        """Compare a signature with the expected one of a text; the scope is the date, the region and the service."""
        expected = self._sigv4.calculate_signature(credential.secret_access_key, *scope, text)
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise AwsError("SignatureDoesNotMatch", str(self._sigv4.SIGNATURE_MISMATCH))

    def _signed(self, request: SignedRequest) -> _Signed:
        """Return the claimed signer of a request, whose key must exist, and its signature."""
        query = parse_qs(request.query_string, keep_blank_values=True)
        headers = _joined(request)
        authorization = headers.get("authorization", "")
        in_query = any(name.lower() in _QUERY_NAMES for name in query)
        if not authorization and not in_query:
            raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token")
        _refuse_ambiguous(request, in_query=in_query)
        signature = self._parsed(headers, query, in_query=in_query)
        self._check_time(signature, query, in_query=in_query)
        token = query.get("X-Amz-Security-Token", [""])[0] if in_query else headers.get("x-amz-security-token", "")
        credential = self._credential(signature.access_key_id, token)
        if _SIGNATURE.fullmatch(signature.signature) is None:  # MiniStack fails on non-ASCII characters
            raise AwsError("SignatureDoesNotMatch", str(self._sigv4.SIGNATURE_MISMATCH))
        return _Signed(signature, credential, query, headers, in_query)

    def _parsed(self, headers: dict[str, str], query: dict[str, list[str]], *, in_query: bool) -> Any:  # noqa: ANN401
        algorithm = query.get("X-Amz-Algorithm", [""])[0] if in_query else headers["authorization"].partition(" ")[0]
        if algorithm != ALGORITHM:
            raise AwsError("UnsupportedSignature", f"Unsupported AWS 'algorithm': '{algorithm}'. Use {ALGORITHM}.")
        parse = self._sigv4.parse_query_signature if in_query else self._sigv4.parse_header_signature
        signature = parse(query if in_query else headers)
        if isinstance(signature, tuple):
            raise AwsError(*signature)
        if "host" not in signature.signed_headers.lower().split(";"):
            raise AwsError("SignatureDoesNotMatch", "'Host' must be a 'SignedHeader' in the AWS Authorization.")
        return signature

    def _check_time(self, signature: Any, query: dict[str, list[str]], *, in_query: bool) -> None:  # noqa: ANN401
        if _time(signature.amz_date) is None:
            raise AwsError("IncompleteSignature", "Date must be in ISO-8601 'basic format': YYYYMMDD'T'HHMMSS'Z'.")
        if in_query and _is_s3(signature.service):
            _check_expiry(signature.amz_date, query.get("X-Amz-Expires", [""])[0])
        elif failure := self._sigv4.request_time_failure(signature):
            raise AwsError(*failure)

    def _credential(self, key: str, token: str) -> Any:  # noqa: ANN401 - MiniStack's own untyped class
        evaluator = self._evaluator
        unknown = AwsError("InvalidClientTokenId", "The security token included in the request is invalid.")
        if not key or key == _MINISTACKS_PUBLIC_KEY:
            raise unknown
        try:
            self._responses.set_request_account_id(evaluator.find_iam_access_key_account(key) or key)
        except evaluator.AmbiguousAccessKeyError:
            raise unknown from None
        credential = evaluator.resolve_credential(key, self._responses.get_account_id(), token)
        if isinstance(credential, evaluator.CredentialResolutionError):
            if credential.code == "InvalidToken" and not token:  # a session's key without its token
                raise unknown
            raise AwsError(str(credential.code), str(credential.message))
        return credential

    def _check_trailer(self, credential: Any, signature: Any, body: bytes) -> None:  # noqa: ANN401
        """Verify the signature of the trailer; that of the last chunk has been verified."""
        end = _LAST_CHUNK.search(body)
        lines = [] if end is None else end[2].decode("latin-1").splitlines()
        trailers = dict(line.split(":", 1) for line in lines if ":" in line)
        given = trailers.pop(_TRAILER_SIGNATURE, "")
        text = "".join(f"{name.lower()}:{value.strip()}\n" for name, value in sorted(trailers.items()))
        scope = _scope_of(signature)
        previous = "" if end is None else end[1].decode("ascii")
        signed = [
            f"{ALGORITHM}-TRAILER",
            signature.amz_date,
            "/".join((*scope, "aws4_request")),
            previous,
            hashlib.sha256(text.encode()).hexdigest(),
        ]
        self._compare(credential, scope, "\n".join(signed), given.strip())

    # --- a form -----------------------------------------------------------------------------------

    def _form_principal(self, fields: Mapping[str, str]) -> IamPrincipal:
        scope = fields["x-amz-credential"].split("/")
        if fields["x-amz-algorithm"] != ALGORITHM or len(scope) != 5 or scope[3] != "s3":  # noqa: PLR2004 - its parts
            raise AwsError("UnsupportedSignature", f"A form is signed with {ALGORITHM} for s3.")
        key, date_stamp, region, service, _terminator = scope
        credential = self._credential(key, fields.get("x-amz-security-token", ""))
        self._compare(credential, (date_stamp, region, service), fields["policy"], fields["x-amz-signature"])
        return _principal_of(credential)


def _joined(request: SignedRequest) -> dict[str, str]:
    """Return the headers by lower-case name; repeated headers are joined by commas, as for signing."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _refuse_ambiguous(request: SignedRequest, *, in_query: bool) -> None:
    """Refuse ambiguous requests: with two signatures, or two values of a signed field."""
    names = [name.lower() for name, _value in request.headers]
    if in_query and b"authorization" in names:
        raise AwsError(
            "IncompleteSignature",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header "
            "should be specified",
        )
    repeated = [name.decode() for name in _ONCE if names.count(name) > 1]
    if repeated:
        raise AwsError("IncompleteSignature", f"The request has the header {repeated[0]} more than once.")


def _check_expiry(amz_date: str, expires: str) -> None:
    signed_at, now = _time(amz_date), dt.datetime.now(dt.UTC)
    if _SECONDS.fullmatch(expires) is None or not 0 < int(expires) <= _LONGEST_PRESIGNED_SECONDS:
        raise AwsError("IncompleteSignature", "X-Amz-Expires must be a number of seconds, at most a week.")
    if signed_at is None or signed_at > now + dt.timedelta(seconds=_PRESIGNED_CLOCK_SECONDS):
        raise AwsError("RequestExpired", "Request is not yet valid")
    if now > signed_at + dt.timedelta(seconds=int(expires)):
        raise AwsError("RequestExpired", "Request has expired")


def _check_payload(signature: Any, headers: Mapping[str, str], body: bytes, *, in_query: bool) -> None:  # noqa: ANN401
    """Compare the body with the signed hash; only S3 accepts unsigned bodies and signed chunks."""
    declared = headers.get("x-amz-content-sha256", "")
    is_s3 = _is_s3(signature.service)
    if not declared or (is_s3 and (in_query or declared in _UNHASHED or declared in _CHUNKED)):
        return
    if not hmac.compare_digest(declared.encode(), hashlib.sha256(body).hexdigest().encode()):
        code = "XAmzContentSHA256Mismatch" if is_s3 else "SignatureDoesNotMatch"
        raise AwsError(code, "The provided 'x-amz-content-sha256' header does not match what was computed.")


def _scope_of(signature: Any) -> tuple[str, str, str]:  # noqa: ANN401 - MiniStack's own untyped class
    return signature.date_stamp, signature.region, signature.service


def _is_s3(service: str) -> bool:
    return service in {"s3", "s3express"}


def _time(amz_date: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(amz_date, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _principal_of(credential: Any) -> IamPrincipal:  # noqa: ANN401 - MiniStack's own untyped class
    return IamPrincipal(
        arn=credential.principal_arn,
        user_id=credential.principal_id,
        account_id=credential.account_id,
        access_key_id=credential.access_key_id,
    )
