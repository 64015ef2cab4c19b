"""Tests of signed URLs of files: scope, expiry and validation."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from pydantic import ValidationError

from lambdas.attachments import handler as entry
from lambdas.attachments.aws import REGIONAL, S3Signer
from lambdas.attachments.logic import disposition, read_request, sign
from lambdas.common.observability import logger
from tests.unit.lambdas.records import Context

KEY = "rooms/direct:a:b/user/01HZZZZZZZ0123456789ABCDEF/a.png"
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class MemorySigner:
    """A signer that records its arguments and signs nothing."""

    asked: list[tuple[object, ...]] = field(default_factory=list)

    def post(self, key: str, content_type: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        self.asked.append((key, content_type, size, seconds))
        return "https://bucket", {"policy": "p", "key": key}

    def get(self, key: str, disposition: str, seconds: int) -> str:
        self.asked.append((key, disposition, seconds))
        return "https://bucket/key"


def test_an_upload_is_limited_to_one_key_type_and_size() -> None:
    signer = MemorySigner()
    upload = {"action": "upload", "key": KEY, "contentType": "image/png", "size": 3}
    assert sign(read_request(upload), signer, NOW) == {
        "url": "https://bucket",
        "fields": [{"name": "key", "value": KEY}, {"name": "policy", "value": "p"}],
        "expiresAt": "2030-01-01T00:15:00.000Z",
    }
    assert signer.asked == [(KEY, "image/png", 3, 900)]


def test_archives_of_an_export_are_signed_individually() -> None:
    signer = MemorySigner()
    key = "exports/user/01HZZZZZZZ0123456789ABCDEF/chat-export-12.zip"
    assert sign(read_request({"action": "export", "archives": [{"key": key, "size": 7}]}), signer, NOW) == {
        "downloads": [
            {
                "name": "chat-export-12.zip",
                "size": 7,
                "url": "https://bucket/key",
                "expiresAt": "2030-01-01T00:15:00.000Z",
            }
        ]
    }
    assert signer.asked == [(key, "attachment; filename*=UTF-8''chat-export-12.zip", 900)]


def test_a_download_is_saved_and_not_displayed() -> None:
    signer = MemorySigner()
    download = {"action": "download", "key": KEY, "name": 'ä "quoted"; x.png'}
    assert sign(read_request(download), signer, NOW)["expiresAt"] == "2030-01-01T00:05:00.000Z"
    expected = "attachment; filename*=UTF-8''%C3%A4%20%22quoted%22%3B%20x.png"
    assert signer.asked == [(KEY, expected, 300)]
    assert disposition("a/b") == "attachment; filename*=UTF-8''a%2Fb"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"action": "delete", "key": KEY},
        {"action": "download", "key": "other/x", "name": "x"},
        {"action": "download", "key": f"{KEY}/../y", "name": "x"},
        {"action": "export", "archives": [{"key": KEY, "size": 1}]},
        {"action": "export", "archives": [{"key": "exports/a/01HZZZZZZZ0123456789ABCDEF/parts/1.json", "size": 1}]},
        {"action": "upload", "key": KEY, "contentType": "image/png", "size": 0},
        {"action": "upload", "key": KEY, "contentType": "image/png", "size": 3, "acl": "public-read"},
    ],
)
def test_invalid_requests_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_request(wrong)


def test_s3_enforces_the_signed_conditions() -> None:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    signer = S3Signer("files", session.client("s3", config=REGIONAL))
    url, fields = signer.post(KEY, "image/png", 3, 900)
    assert urlsplit(url).scheme == "https"
    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    assert ["content-length-range", 3, 3] in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert {"key": KEY} in conditions
    query = parse_qs(urlsplit(signer.get(KEY, "attachment", 300)).query)
    assert (query["X-Amz-Expires"], query["response-content-disposition"]) == (["300"], ["attachment"])


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "files.s3.us-east-1.amazonaws.com"),
        ("eu-west-1", "files.s3.eu-west-1.amazonaws.com"),
        ("ap-southeast-2", "files.s3.ap-southeast-2.amazonaws.com"),
        # Opened after March 2019: the global endpoint does not redirect to them.
        ("ap-southeast-4", "files.s3.ap-southeast-4.amazonaws.com"),
        ("il-central-1", "files.s3.il-central-1.amazonaws.com"),
        ("cn-north-1", "files.s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "files.s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_every_url_has_the_endpoint_of_the_region(monkeypatch: pytest.MonkeyPatch, region: str, host: str) -> None:
    variables = {"AWS_DEFAULT_REGION": region, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    for name, value in {**variables, "BUCKET_NAME": "files"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(entry, "_signer", entry._signer.__wrapped__)  # noqa: SLF001 - not cached
    archive = {"key": "exports/user/01HZZZZZZZ0123456789ABCDEF/chat-export-1.zip", "size": 7}
    upload, download, export = (
        entry.handler(request, Context())
        for request in (
            {"action": "upload", "key": KEY, "contentType": "image/png", "size": 3},
            {"action": "download", "key": KEY, "name": "a.png"},
            {"action": "export", "archives": [archive]},
        )
    )
    addresses = [urlsplit(url) for url in (upload["url"], download["url"], export["downloads"][0]["url"])]
    assert [(address.scheme, address.netloc) for address in addresses] == [("https", host)] * 3
    assert [address.path for address in addresses] == ["/", f"/{KEY.replace(':', '%3A')}", f"/{archive['key']}"]
    credentials = [field["value"] for field in upload["fields"] if field["name"] == "x-amz-credential"]
    credentials += [parse_qs(address.query)["X-Amz-Credential"][0] for address in addresses[1:]]
    assert [credential.split("/")[2:] for credential in credentials] == [[region, "s3", "aws4_request"]] * 3


def test_handler_returns_the_signed_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = MemorySigner()
    monkeypatch.setattr(entry, "_signer", lambda: signer)
    answered = entry.handler({"action": "download", "key": KEY, "name": "a.png"}, Context())
    assert answered["url"] == "https://bucket/key"


@pytest.mark.parametrize(
    ("request_", "metric"),
    [
        ({"action": "download", "key": KEY, "name": "a.png"}, "DownloadsSigned"),
        ({"action": "upload", "key": KEY, "contentType": "image/png", "size": 3}, "UploadsSigned"),
    ],
)
def test_handler_counts_and_logs_signatures_without_file_names(
    monkeypatch: pytest.MonkeyPatch, request_: dict[str, object], metric: str
) -> None:
    counted: list[str] = []
    stream = io.StringIO()
    monkeypatch.setattr(entry, "_signer", MemorySigner)
    monkeypatch.setattr(entry, "count", counted.append)
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    entry.handler(request_, Context())
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (counted, line["message"], line["action"]) == ([metric], "Signed", request_["action"])
    assert "a.png" not in stream.getvalue()
    assert "https:" not in stream.getvalue()
