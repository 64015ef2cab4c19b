"""Tests that signatures are verified as by AWS, with requests of botocore and examples of the S3 documentation."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4PostAuth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from appsync_local.backend import AwsError, SignedRequest
from tests.unit.local.conftest import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.local.conftest import Embedded

    Make = Callable[[], SignedRequest]
    """Signs when the test runs, because a signature is valid for minutes."""
    Clock = Callable[[float], None]

REGION, ACCOUNT = "us-east-1", "000000000000"
HOST = "http://127.0.0.1:4566"
ROOT = Credentials(CREDENTIALS.access_key_id, CREDENTIALS.secret_access_key)
SIGNERS = {"s3": S3SigV4Auth}
EXAMPLE_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # of AWS's documentation


def signed(
    service: str = "dynamodb",
    path: str = "/",
    *,
    method: str = "POST",
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
    credentials: Credentials = ROOT,
) -> SignedRequest:
    """Return a request signed by botocore."""
    request = AWSRequest(method, HOST + path, data=body, headers={"host": "127.0.0.1:4566", **(headers or {})})
    SIGNERS.get(service, SigV4Auth)(credentials, service, REGION).add_auth(request)
    return received(request, body)


def presigned(
    auth: type[SigV4QueryAuth], service: str, path: str, method: str = "GET", body: bytes = b""
) -> SignedRequest:
    request = AWSRequest(method, HOST + path, data=body, headers={"host": "127.0.0.1:4566"})
    auth(ROOT, service, REGION, expires=300).add_auth(request)
    return received(request, b"")


def received(request: AWSRequest, body: bytes) -> SignedRequest:
    """Return a request as a server receives it."""
    parts = urlsplit(str(request.url))
    lines = tuple((name.lower().encode(), str(value).encode()) for name, value in request.headers.items())
    return SignedRequest(str(request.method), parts.path, parts.query, lines, body)


def with_header(request: SignedRequest, name: bytes, value: bytes) -> SignedRequest:
    """Return a request with a changed header."""
    return replace(request, headers=tuple((key, value if key == name else old) for key, old in request.headers))


def with_signature(request: SignedRequest, signature: str) -> SignedRequest:
    """Return a request with another signature in its Authorization header."""
    (value,) = [value.decode() for name, value in request.headers if name == b"authorization"]
    return with_header(request, b"authorization", (value.rpartition("=")[0] + "=" + signature).encode())


def expiring(request: SignedRequest, seconds: str) -> SignedRequest:
    """Return a presigned request with another validity in seconds."""
    changed = re.sub(r"X-Amz-Expires=\d+", f"X-Amz-Expires={quote(seconds)}", request.query_string)
    assert changed != request.query_string
    return replace(request, query_string=changed)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set botocore's clock off by this many seconds."""

    def shift(seconds: float) -> None:
        now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_args, **_options: now.replace(tzinfo=None))

    return shift


def refusal(embedded: Embedded, request: SignedRequest) -> str:
    """Return the code with which a request is refused."""
    with pytest.raises(AwsError) as refused:
        embedded.backend.signatures.principal(request)
    return refused.value.code


@pytest.mark.conforms("port.signature")
@pytest.mark.parametrize(
    "request_",
    [
        signed,
        lambda: signed("iam", body=b"Action=ListUsers&Version=2010-05-08"),
        lambda: signed("lambda", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A0%3Afunction%3Af/invocations"),
        lambda: signed("lambda", "/2015-03-31/functions/?MaxItems=50&Marker=a%20b%2Fc", method="GET", body=b""),
        lambda: signed("appsync", "/v1/apis//x"),
        lambda: signed("s3", "/bucket/a%20key/with%2Bplus~", method="PUT", body=b"content"),
        lambda: signed("s3", "/bucket?list-type=2&prefix=%C3%A9%2F&delimiter=%2F", method="GET", body=b""),
        lambda: signed("s3", "/bucket/key", method="PUT", headers={"x-amz-meta-words": "two   words "}),
        lambda: signed("s3", "/bucket/key", method="PUT", headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}),
        lambda: presigned(
            S3SigV4QueryAuth, "s3", "/bucket/key?response-content-disposition=attachment%3B%20filename%3Da"
        ),
        lambda: presigned(SigV4QueryAuth, "sts", "/?Action=GetCallerIdentity&Version=2011-06-15"),
    ],
)
def test_signatures_of_botocore_are_accepted(embedded: Embedded, request_: Make) -> None:
    principal = embedded.backend.signatures.principal(request_())

    assert (principal.arn, principal.account_id) == (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)


@pytest.mark.conforms("port.signature")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda: replace(signed(), body=b"{ }"), "SignatureDoesNotMatch"),
        (lambda: replace(signed(), method="PUT"), "SignatureDoesNotMatch"),
        (lambda: replace(signed(), raw_path="/other"), "SignatureDoesNotMatch"),
        (lambda: replace(signed(), query_string="a=1"), "SignatureDoesNotMatch"),
        (lambda: with_header(signed(), b"host", b"evil.example"), "SignatureDoesNotMatch"),
        (lambda: replace(signed("s3", "/b/k", body=b"1"), body=b"2"), "XAmzContentSHA256Mismatch"),
        (lambda: signed(headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}), "SignatureDoesNotMatch"),
        (lambda: replace(presigned(S3SigV4QueryAuth, "s3", "/b/k"), method="DELETE"), "SignatureDoesNotMatch"),
        (lambda: replace(presigned(S3SigV4QueryAuth, "s3", "/b/k"), raw_path="/b/other"), "SignatureDoesNotMatch"),
        (lambda: signed(credentials=Credentials(ROOT.access_key, "wrong")), "SignatureDoesNotMatch"),
        (lambda: signed(credentials=Credentials("test", "test")), "InvalidClientTokenId"),
        (lambda: signed(credentials=Credentials("test", ROOT.secret_key)), "InvalidClientTokenId"),
        (lambda: signed(credentials=Credentials(ACCOUNT, "test")), "SignatureDoesNotMatch"),
        (
            lambda: signed(credentials=Credentials("AKIAUNKNOWN", ROOT.secret_key)),
            "UnrecognizedClientException",
        ),
        (lambda: signed(credentials=Credentials(ROOT.access_key, ROOT.secret_key, "token")), "InvalidToken"),
        (lambda: with_signature(signed(), "é"), "SignatureDoesNotMatch"),
        (lambda: with_signature(signed("s3", "/b/k", method="GET", body=b""), "0" * 63), "SignatureDoesNotMatch"),
        (lambda: expiring(presigned(S3SigV4QueryAuth, "s3", "/b/k"), "9" * 6000), "IncompleteSignature"),
        (lambda: expiring(presigned(S3SigV4QueryAuth, "s3", "/b/k"), "٣"), "IncompleteSignature"),
        (lambda: SignedRequest("POST", "/", "", (), b"{}"), "MissingAuthenticationToken"),
        (lambda: replace(signed(), query_string="X-Amz-Credential=000000000000/x"), "IncompleteSignature"),
        (lambda: replace(signed(), headers=(*signed().headers, (b"host", b"other"))), "IncompleteSignature"),
        (lambda: with_header(signed(), b"authorization", b"AWS key:signature"), "UnsupportedSignature"),
        (
            lambda: SignedRequest("GET", "/", "AWSAccessKeyId=test&Signature=x&Expires=9999999999", (), b""),
            "UnsupportedSignature",
        ),
        (lambda: SignedRequest("GET", "/", "x-amz-credential=000000000000/x", (), b""), "UnsupportedSignature"),
    ],
)
def test_other_signatures_are_rejected(embedded: Embedded, changed: Make, code: str) -> None:
    assert refusal(embedded, changed()) == code


def test_the_host_is_signed(embedded: Embedded) -> None:
    authorization = dict(signed().headers)[b"authorization"]
    without = with_header(signed(), b"authorization", authorization.replace(b"host;", b""))

    with pytest.raises(AwsError, match="'Host' must be a 'SignedHeader'"):
        embedded.backend.signatures.principal(without)


def test_the_account_number_as_key_selects_the_account(embedded: Embedded) -> None:
    request = signed(credentials=Credentials("111122223333", ROOT.secret_key))

    assert embedded.backend.signatures.principal(request).arn == "arn:aws:iam::111122223333:root"


@pytest.mark.conforms("port.signature")
@pytest.mark.parametrize(("service", "minutes"), [("dynamodb", 15), ("s3", 15), ("lambda", 5)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_clocks_may_differ_by_minutes(embedded: Embedded, at: Clock, service: str, minutes: int, sign: int) -> None:
    at(sign * (minutes * 60 - 20))
    embedded.backend.signatures.principal(signed(service))
    at(sign * (minutes * 60 + 20))

    assert refusal(embedded, signed(service)) == "RequestTimeTooSkewed"


@pytest.mark.conforms("port.signature")
@pytest.mark.parametrize(("seconds", "is_good"), [(-280, True), (-320, False), (14 * 60, True), (16 * 60, False)])
def test_a_presigned_url_is_valid_until_it_expires(embedded: Embedded, at: Clock, seconds: int, is_good: bool) -> None:
    at(seconds)
    request = presigned(S3SigV4QueryAuth, "s3", "/bucket/key")

    if is_good:
        embedded.backend.signatures.principal(request)
    else:
        assert refusal(embedded, request) == "RequestExpired"


def test_a_session_requires_its_token(embedded: Embedded) -> None:
    sessions: Any = embedded.emulator.module_of("sts")
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session"
    sessions.register_session(
        "ASIAEXAMPLE", {"Arn": arn, "UserId": "AROA:session", "SecretAccessKey": "secret", "SessionToken": "token"}
    )

    assert (
        embedded.backend.signatures.principal(signed(credentials=Credentials("ASIAEXAMPLE", "secret", "token"))).arn
        == arn
    )
    for token in ("other", None):
        refusal(embedded, signed(credentials=Credentials("ASIAEXAMPLE", "secret", token)))


def test_a_session_expires(embedded: Embedded) -> None:
    sessions: Any = embedded.emulator.module_of("sts")
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session"
    session = {"Arn": arn, "UserId": "u", "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": 1}
    sessions.register_session("ASIAENDED", session)

    assert refusal(embedded, signed(credentials=Credentials("ASIAENDED", "secret", "token"))) == "ExpiredTokenException"


# --- S3's chunked and form uploads ---------------------------------------------------------------------


def _example(body: bytes, headers: dict[str, str], signature: str) -> SignedRequest:
    """Return the request of an example in "Signature Calculations for the Authorization Header", S3 API reference."""
    given = {
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        **headers,
    }
    names = ";".join(sorted(given))
    scope = "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
    given["authorization"] = f"AWS4-HMAC-SHA256 {scope},SignedHeaders={names},Signature={signature}"
    lines = tuple((name.encode(), value.encode()) for name, value in given.items())
    return SignedRequest("PUT", "/examplebucket/chunkObject.txt", "", lines, body)


def _chunks(signatures: list[str], end: str) -> bytes:
    sizes = (65536, 1024, 0)
    parts = [
        f"{size:x};chunk-signature={signature}\r\n".encode() + b"a" * size + (b"\r\n" if size else b"")
        for size, signature in zip(sizes, signatures, strict=True)
    ]
    return b"".join(parts) + end.encode()


CHUNKED = _example(
    _chunks(
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "\r\n",
    ),
    {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "content-length": "66824"},
    "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
)
WITH_TRAILER = _example(
    _chunks(
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    ),
    {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "x-amz-trailer": "x-amz-checksum-crc32c",
    },
    "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
)


@pytest.fixture
def in_the_example(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """Use the key and the day of AWS's examples."""
    key = SimpleNamespace(
        secret_access_key=EXAMPLE_SECRET, principal_arn="", principal_id="", account_id="", access_key_id=""
    )
    monkeypatch.setattr("local.embedded.signatures.Signatures._credential", lambda *_arguments: key)
    monkeypatch.setattr("local.embedded.signatures.Signatures._check_time", lambda *_arguments, **_options: None)
    return embedded


@pytest.mark.conforms("port.chunks")
@pytest.mark.parametrize("request_", [CHUNKED, WITH_TRAILER], ids=["chunks", "trailer"])
def test_the_signed_chunks_of_aws_examples_are_valid(in_the_example: Embedded, request_: SignedRequest) -> None:
    in_the_example.backend.signatures.principal(request_)


@pytest.mark.conforms("port.chunks")
@pytest.mark.parametrize(
    "changed",
    [
        replace(CHUNKED, body=CHUNKED.body.replace(b"a" * 1024, b"a" * 1023 + b"b")),
        replace(CHUNKED, body=CHUNKED.body.replace(b"b6c6", b"b6c7")),
        replace(CHUNKED, body=CHUNKED.body[:60_000]),
        replace(WITH_TRAILER, body=WITH_TRAILER.body.replace(b"sOO8", b"sOO9")),
        replace(WITH_TRAILER, body=WITH_TRAILER.body.replace(b"d81f", b"d81e")),
        replace(WITH_TRAILER, body=WITH_TRAILER.body.partition(b"x-amz-trailer-signature")[0] + b"\r\n"),
    ],
)
def test_changed_chunks_and_trailers_are_rejected(in_the_example: Embedded, changed: SignedRequest) -> None:
    assert refusal(in_the_example, changed) == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "changed", [{}, {"policy": "e30="}, {"x-amz-signature": "0" * 64}, {"x-amz-credential": "a/b"}]
)
def test_a_form_is_signed_by_its_policy(embedded: Embedded, changed: dict[str, str]) -> None:
    form = AWSRequest("POST", f"{HOST}/bucket", headers={"host": "127.0.0.1:4566"})
    policy: dict[str, Any] = {"expiration": "2030-01-01T00:00:00Z", "conditions": []}
    form.context.update({"s3-presign-post-fields": {}, "s3-presign-post-policy": policy})
    S3SigV4PostAuth(ROOT, "s3", REGION).add_auth(form)
    fields = {**form.context["s3-presign-post-fields"], **changed}

    if not changed:
        assert embedded.backend.signatures.form_principal(fields).account_id == ACCOUNT
    else:
        with pytest.raises(AwsError):
            embedded.backend.signatures.form_principal(fields)
