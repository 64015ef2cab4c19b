"""Tests of S3's objects: acknowledged writes are on disk, and memory and disk agree after a failed write."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.durable_files import FAULTS, WriteFault
from local.embedded.environment import DEFAULT_REGION
from tests.unit.local.server_process import upload_form

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from appsync_local.backend import HttpAnswer
    from tests.unit.local.conftest import Embedded

    Operation = Callable[[], Awaitable[HttpAnswer]]

FULL = errno.ENOSPC
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
KEYS = ("one", "two")


class Bucket:
    """A bucket in the MiniStack of this process."""

    def __init__(self, embedded: Embedded, name: str) -> None:
        self.embedded = embedded
        self.name = name

    async def ask(self, method: str, key: str = "", query: str = "", body: bytes = b"", **headers: str) -> HttpAnswer:
        """Call S3; ``a=b&c`` is a query string."""
        parts = [part.partition("=") for part in query.split("&") if part]
        signature = (
            f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/20260101/{DEFAULT_REGION}/s3/aws4_request"
        )
        return await self.embedded.emulator.call(
            "s3",
            method,
            f"/{self.name}/{key}".rstrip("/"),
            headers={"authorization": signature, **{name.replace("_", "-"): text for name, text in headers.items()}},
            body=body,
            query={name: [value] for name, _, value in parts},
            region=DEFAULT_REGION,
        )

    async def put(self, key: str, body: bytes, **headers: str) -> str:
        """Write an object; return its version."""
        answer = await self.ask("PUT", key, body=body, **headers)
        assert answer.status == 200, answer.body
        return answer.headers.get("x-amz-version-id", "")

    async def state(self) -> list[Any]:
        """Return everything that callers can read of the bucket's objects."""
        listing = await self.ask("GET", query="versions")
        seen: list[Any] = [listing.body]
        for key in KEYS:
            seen += [await self._seen(key, query) for query in ("", "tagging", "acl")]
        for version in re.findall(rb"<Key>(.*?)</Key><VersionId>(.*?)</VersionId>", listing.body):
            key, identity = (part.decode() for part in version)
            seen.append(await self._seen(key, f"versionId={identity}"))
        return seen

    async def _seen(self, key: str, query: str) -> tuple[Any, ...]:
        answer = await self.ask("GET", key, query)
        headers = {
            name: text for name, text in answer.headers.items() if name not in {"x-amz-request-id", "x-amz-id-2"}
        }
        return key, query, answer.status, headers, re.sub(rb"<(RequestId|HostId)>.*?<", b"<", answer.body)


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    FAULTS.arm([])


@pytest.fixture
async def bucket(embedded: Embedded, request: pytest.FixtureRequest) -> Bucket:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-60:].strip("-")
    made = Bucket(embedded, name)
    assert (await made.ask("PUT")).status == 200
    return made


async def enable_versions(bucket: Bucket, status: str = "Enabled") -> None:
    """Set a bucket's versioning."""
    body = f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>".encode()
    assert (await bucket.ask("PUT", query="versioning", body=body)).status == 200


async def _overwrite(bucket: Bucket) -> Operation:
    return lambda: bucket.ask("PUT", "one", body=b"new", x_amz_tagging="t=u", x_amz_meta_a="new")


async def _put_first(bucket: Bucket) -> Operation:
    return lambda: bucket.ask("PUT", "folder/three", body=b"new")


async def _put_versioned(bucket: Bucket) -> Operation:
    await enable_versions(bucket)
    await bucket.put("one", b"second")
    return lambda: bucket.ask("PUT", "one", body=b"third")


async def _put_suspended(bucket: Bucket) -> Operation:
    await enable_versions(bucket)
    await bucket.put("one", b"second")
    await enable_versions(bucket, "Suspended")
    return lambda: bucket.ask("PUT", "one", body=b"null")


async def _copy(bucket: Bucket) -> Operation:
    return lambda: bucket.ask("PUT", "one", x_amz_copy_source=f"/{bucket.name}/two")


async def _complete(bucket: Bucket) -> Operation:
    started = await bucket.ask("POST", "one", "uploads")
    upload = re.findall(rb"<UploadId>(.*?)<", started.body)[0].decode()
    part = await bucket.ask("PUT", "one", f"partNumber=1&uploadId={upload}", b"part")
    listed = f"<Part><PartNumber>1</PartNumber><ETag>{part.headers['etag']}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    return lambda: bucket.ask("POST", "one", f"uploadId={upload}", body)


async def _form(bucket: Bucket) -> Operation:
    body = upload_form({"key": "one", "Content-Type": "text/plain"}, b"by a form")
    return lambda: bucket.ask("POST", body=body, content_type="multipart/form-data; boundary=b")


async def _delete(bucket: Bucket) -> Operation:
    return lambda: bucket.ask("DELETE", "one")


async def _delete_marker(bucket: Bucket) -> Operation:
    await enable_versions(bucket)
    return lambda: bucket.ask("DELETE", "one")


async def _delete_newest(bucket: Bucket) -> Operation:
    await enable_versions(bucket)
    newest = await bucket.put("one", b"second")
    return lambda: bucket.ask("DELETE", "one", f"versionId={newest}")


async def _delete_only_version(bucket: Bucket) -> Operation:
    await enable_versions(bucket)
    only = await bucket.put("folder/three", b"only")
    return lambda: bucket.ask("DELETE", "folder/three", f"versionId={only}")


async def _put_tags(bucket: Bucket) -> Operation:
    return lambda: bucket.ask("PUT", "one", "tagging", TAGS)


async def _delete_tags(bucket: Bucket) -> Operation:
    await bucket.ask("PUT", "one", "tagging", TAGS)
    return lambda: bucket.ask("DELETE", "one", "tagging")


async def _put_acl(bucket: Bucket) -> Operation:
    acl = await bucket.ask("GET", "one", "acl")
    ours = "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>"
    await bucket.ask("PUT", query="ownershipControls", body=ours.encode())
    changed = acl.body.replace(b"FULL_CONTROL", b"READ_ACP")
    return lambda: bucket.ask("PUT", "one", "acl", changed)


OPERATIONS = [
    *(_overwrite, _put_first, _put_versioned, _put_suspended, _copy, _complete, _form, _delete, _delete_marker),
    *(_delete_newest, _delete_only_version, _put_tags, _delete_tags, _put_acl),
]


@pytest.mark.parametrize("half", [False, True], ids=["nothing", "half"])
@pytest.mark.parametrize("prepare", OPERATIONS)
async def test_a_call_with_a_failed_write_changes_nothing_and_can_be_repeated(
    bucket: Bucket, prepare: Callable[[Bucket], Awaitable[Any]], *, half: bool
) -> None:
    await bucket.put("one", b"former", content_type="text/plain", x_amz_meta_a="b", x_amz_tagging="k=v")
    await bucket.put("two", b"other")
    operation = await prepare(bucket)
    before = await bucket.state()
    for skip in range(20):
        suffered = FAULTS.suffered
        FAULTS.arm([WriteFault(f"/{bucket.name}", FULL, skip=skip, half=half)])
        answer = await operation()
        FAULTS.arm([])
        if FAULTS.suffered == suffered:
            break
        assert answer.status == 500
        assert b"<Code>InternalError</Code>" in answer.body
        assert b"could not write" in answer.body
        assert bucket.name.encode() in answer.body
        assert await bucket.state() == before, f"memory after failure {skip}"
        bucket.embedded.objects.load()
        assert bucket.embedded.objects.check() == []
        assert await bucket.state() == before, f"disk after failure {skip}"
    assert skip > 1, "no write has failed"
    assert answer.status < 300, answer.body
    after = await bucket.state()
    bucket.embedded.objects.load()
    assert bucket.embedded.objects.check() == []
    assert await bucket.state() == after
    assert after != before or prepare is _put_first


async def test_a_full_disk_refuses_writes_and_allows_reads_and_deletions(bucket: Bucket) -> None:
    await bucket.put("one", b"former")
    FAULTS.arm([WriteFault(".data", FULL, count=1000), WriteFault(".json.new", FULL, count=1000)])
    for _attempt in range(3):
        assert (await bucket.ask("PUT", "one", body=b"new")).status == 500
        assert (await bucket.ask("GET", "one")).body == b"former"
    assert (await bucket.ask("DELETE", "one")).status == 204
    assert (await bucket.ask("GET", "one")).status == 404
    FAULTS.arm([])
    await bucket.put("one", b"new")
    assert (await bucket.ask("GET", "one")).body == b"new"


async def test_failures_among_several_deletions_are_reported_and_the_others_done(bucket: Bucket) -> None:
    for key in KEYS:
        await bucket.put(key, key.encode())
    body = b"<Delete><Object><Key>one</Key></Object><Object><Key>two</Key></Object></Delete>"
    FAULTS.arm([WriteFault("/two.meta.json", FULL)])
    answer = await bucket.ask("POST", query="delete", body=body)
    assert answer.status == 200
    assert re.search(rb"<Deleted><Key>one</Key></Deleted>", answer.body)
    assert re.search(rb"<Error><Key>two</Key><Code>InternalError</Code><Message>[^<]+</Message></Error>", answer.body)
    assert b"<Deleted><Key>two" not in answer.body
    for _place in ("memory", "disk"):
        assert (await bucket.ask("GET", "one")).status == 404
        assert (await bucket.ask("GET", "two")).body == b"two"
        bucket.embedded.objects.load()


async def test_no_event_is_sent_for_a_failed_write(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(bucket.embedded.objects, "_fire", lambda _bucket, key, *_more, **_named: sent.append(key))
    FAULTS.arm([WriteFault(f"/{bucket.name}", FULL)])
    assert (await bucket.ask("PUT", "one", body=b"new")).status == 500
    assert sent == []
    await bucket.put("one", b"new")
    assert sent == ["one"]


async def test_refused_writes_are_not_in_memory(bucket: Bucket) -> None:
    await bucket.put("one", b"former")
    before = await bucket.state()
    tags = "&".join(f"k{number}=v" for number in range(11))
    assert (await bucket.ask("PUT", "one", body=b"new", x_amz_tagging=tags)).status == 400
    assert await bucket.state() == before


async def test_a_bucket_that_is_not_recorded_on_disk_does_not_exist(embedded: Embedded) -> None:
    made = Bucket(embedded, "not-noted")
    for skip in range(20):
        suffered = FAULTS.suffered
        FAULTS.arm([WriteFault("", FULL, skip=skip)])
        answer = await made.ask("PUT")
        if FAULTS.suffered == suffered:
            break
        assert answer.status == 500
        assert (await made.ask("HEAD")).status == 404
    assert skip > 3
    assert answer.status == 200


async def test_a_bucket_whose_folder_cannot_be_created_does_not_exist(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(FULL, "No space left on device")

    made = Bucket(embedded, "without-a-folder")
    with monkeypatch.context() as patched:
        patched.setattr("os.makedirs", refuse)
        assert (await made.ask("PUT")).status == 500
    assert (await made.ask("HEAD")).status == 404
    assert (await made.ask("PUT")).status == 200


@pytest.mark.parametrize("part", ["", "bytes=0-1"], ids=["whole", "range"])
@pytest.mark.parametrize("kind", ["truncated", "emptied", "changed", "deleted"])
async def test_corrupted_content_is_not_returned(bucket: Bucket, kind: str, part: str) -> None:
    await bucket.put("one", b"content")
    assert (await bucket.ask("GET", "one", range=part)).status in {200, 206}
    (path,) = (bucket.embedded.directory.objects / "000000000000" / bucket.name).glob("one.*.data")
    changed = {"truncated": b"con", "emptied": b"", "changed": b"contenT"}
    if kind in changed:
        path.write_bytes(changed[kind])
    else:
        path.unlink()
    answer = await bucket.ask("GET", "one", range=part)
    assert answer.status == 500
    assert b"<Code>InternalError</Code>" in answer.body
    assert str(path).encode() in answer.body
    await bucket.put("one", b"again")
    assert (await bucket.ask("GET", "one")).body == b"again"


async def test_object_locks_are_kept(bucket: Bucket) -> None:
    locked = Bucket(bucket.embedded, f"{bucket.name[:50]}-locked")
    assert (await locked.ask("PUT", x_amz_bucket_object_lock_enabled="true")).status == 200
    version = await locked.put("one", b"kept")
    hold = await locked.ask("PUT", "one", "legal-hold", b"<LegalHold><Status>ON</Status></LegalHold>")
    assert hold.status == 200, hold.body
    locked.embedded.objects.load()
    assert b"ON" in (await locked.ask("GET", "one", "legal-hold")).body
    assert (await locked.ask("DELETE", "one", f"versionId={version}")).status == 403


async def test_deleting_a_bucket_keeps_foreign_files(bucket: Bucket) -> None:
    await bucket.put("folder/one", b"content")
    folder = bucket.embedded.directory.objects / "000000000000" / bucket.name
    (folder / "folder" / "notes~").write_bytes(b"not of S3")
    assert (await bucket.ask("DELETE", "folder/one")).status == 204
    assert (await bucket.ask("DELETE")).status == 204
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["notes~"]
