"""Tests of presigned uploads and downloads by a function: local address, conditions, bucket policies."""

# ruff: noqa: ANN401 - boto3 clients, whose types know literal names only

from __future__ import annotations

import hashlib
import io
import json
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.local.functions import TRUST
from tests.unit.local.server_process import ServerProcess, upload_form

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET, KEY = "files", "rooms/r1/u1/x/a.png"
CODE = """
import boto3
from botocore.config import Config

def handler(event, context):
    style = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3=style))
    place = {"Bucket": event["bucket"], "Key": event["key"]}
    seconds = event.get("seconds", 60)
    post = s3.generate_presigned_post(
        **place,
        Fields={"Content-Type": "image/png"},
        Conditions=[["content-length-range", 1, 10], {"Content-Type": "image/png"}],
        ExpiresIn=seconds,
    )
    shown = {**place, "ResponseContentDisposition": 'attachment; filename="a.png"'}
    return {"post": post, "get": s3.generate_presigned_url("get_object", Params=shown, ExpiresIn=seconds)}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("presigned") / "data") as server:
        _deploy(server)
        yield server


def _deploy(server: ServerProcess) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_public_access_block(
        Bucket=BUCKET,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=owner)
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [tls_only]}))
    rule = {"AllowedOrigins": ["http://localhost:5173"], "AllowedMethods": ["POST", "GET"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    iam = server.client("iam")
    role = iam.create_role(RoleName="attachments", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    objects = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:GetObject"],
        "Resource": f"arn:aws:s3:::{BUCKET}/rooms/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [objects]})
    iam.put_role_policy(RoleName="attachments", PolicyName="own", PolicyDocument=policy)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("attachments.py", CODE)
    server.client("lambda").create_function(
        FunctionName="attachments",
        Runtime="python3.13",
        Handler="attachments.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
        Timeout=20,
    )


def _presigned(server: ServerProcess, key: str = KEY, **event: Any) -> dict[str, Any]:
    payload = json.dumps({"bucket": BUCKET, "key": key, **event}).encode()
    answer = server.client("lambda").invoke(FunctionName="attachments", Payload=payload)
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def _request(request: urllib.request.Request) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - an address on loopback
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def _get(url: str) -> tuple[int, bytes, dict[str, str]]:
    return _request(urllib.request.Request(url))  # noqa: S310 - an address on loopback


def _post(post: dict[str, Any], content: bytes, **changed: str) -> tuple[int, bytes]:
    return _post_to(post["url"], {}, post, content, **changed)


def _post_to(
    url: str, headers: dict[str, str], post: dict[str, Any], content: bytes, **changed: str
) -> tuple[int, bytes]:
    boundary = uuid.uuid4().hex
    fields = {**post["fields"], **{name.replace("_", "-"): value for name, value in changed.items()}}
    request = urllib.request.Request(  # noqa: S310 - an address on loopback
        url,
        data=upload_form(fields, content, boundary),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}", **headers},
        method="POST",
    )
    status, body, _headers = _request(request)
    return status, body


def test_an_upload_and_its_download_over_plain_http(server: ServerProcess) -> None:
    presigned = _presigned(server)
    assert presigned["post"]["url"].startswith(f"{server.url}/")
    assert presigned["get"].startswith(f"{server.url}/")
    assert _post(presigned["post"], b"12345") == (204, b"")
    status, content, headers = _get(presigned["get"])
    assert (status, content) == (200, b"12345")
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"] == 'attachment; filename="a.png"'


def test_the_signing_credentials_of_a_function_are_not_predictable(server: ServerProcess) -> None:
    """MiniStack derives the credentials of functions from names that are in public sources."""
    function = server.client("lambda").get_function_configuration(FunctionName="attachments")
    digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()

    key = _presigned(server)["post"]["fields"]["x-amz-credential"].partition("/")[0]

    assert key.startswith("ASIA")
    assert key != f"ASIA{digest[:16].upper()}"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/", {"Host": "sts.localhost:{port}"}),
        (f"/{BUCKET}", {"Host": "sts.localhost:{port}"}),
        (f"/{BUCKET}", {"X-Amz-Target": "AWSSecurityTokenServiceV20110615.GetSessionToken"}),
        ("/000000000000/queue", {}),
        ("/2015-03-31/functions/attachments/invocations", {}),
        ("/2021-11-15/functions/attachments/response-streaming-invocations", {}),
        ("/clusters", {}),
        (f"/{BUCKET}/rooms", {}),
    ],
)
def test_a_signed_form_grants_access_to_its_bucket_only(
    server: ServerProcess, path: str, headers: dict[str, str]
) -> None:
    presigned = _presigned(server)["post"]
    host = {name: value.format(port=server.url.rpartition(":")[2]) for name, value in headers.items()}

    status, body = _post_to(
        f"{server.url}{path}", host, presigned, b"12345", Action="GetSessionToken", Version="2011-06-15"
    )

    assert status == 403
    assert b"SecretAccessKey" not in body
    assert b"Missing" in body or b"AccessDenied" in body


@pytest.mark.parametrize(
    ("content", "changed", "status", "code"),
    [
        (b"1" * 11, {}, 400, b"EntityTooLarge"),
        (b"", {}, 400, b"EntityTooSmall"),
        (b"1", {"Content_Type": "text/html"}, 403, b"Policy Condition failed"),
        (b"1", {"key": "rooms/r2/u2/x/a.png"}, 403, b"Policy Condition failed"),
        (b"1", {"x_amz_signature": "0" * 64}, 403, b"SignatureDoesNotMatch"),
    ],
)
def test_an_upload_that_violates_its_conditions_is_refused(
    server: ServerProcess, content: bytes, changed: dict[str, str], status: int, code: bytes
) -> None:
    presigned = _presigned(server, key="rooms/r1/u1/refused/a.png")
    answered, body = _post(presigned["post"], content, **changed)
    assert answered == status
    assert code in body
    assert _get(presigned["get"])[0] in {403, 404}


def test_expired_urls_are_refused(server: ServerProcess) -> None:
    presigned = _presigned(server, seconds=1)
    time.sleep(2.1)
    assert _post(presigned["post"], b"1")[0] == 403
    assert _get(presigned["get"])[0] == 403


def test_access_requires_a_signature_and_a_permission_of_the_role(server: ServerProcess) -> None:
    assert _post(_presigned(server)["post"], b"12345")[0] == 204
    assert _get(f"{server.url}/{BUCKET}/{KEY}")[0] == 403
    elsewhere = _presigned(server, key="private/a.png")
    assert _post(elsewhere["post"], b"1")[0] == 403
    assert _get(elsewhere["get"])[0] == 403


def test_a_browser_may_send_a_preflight_request(server: ServerProcess) -> None:
    asking = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    request = urllib.request.Request(f"{server.url}/{BUCKET}", headers=asking, method="OPTIONS")  # noqa: S310
    status, _body, headers = _request(request)
    assert status == 200
    assert headers["access-control-allow-origin"] == "http://localhost:5173"
