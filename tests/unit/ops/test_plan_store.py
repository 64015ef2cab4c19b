"""Tests that a plan is retrieved from the store unchanged, or not at all."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from common.commands import RefusedError
from ops.__main__ import main
from ops.plan_store import AlteredPlanError, get, put

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client


class Bucket:
    """The two operations of S3 that the store uses, in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, **request: Any) -> None:  # noqa: ANN401 - boto3's request
        self.objects[request["Key"]] = request["Body"]

    def get_object(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's request
        if request["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "not there"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[request["Key"]])}


@pytest.fixture
def bucket() -> Bucket:
    """Return an empty bucket."""
    return Bucket()


@pytest.fixture
def s3(bucket: Bucket) -> S3Client:
    """Return a client of the bucket."""
    return cast("S3Client", bucket)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a folder with a plan and its record."""
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "plan.tfplan").write_bytes(b"\0plan")
    (folder / "record.json").write_text("{}")
    return folder


@pytest.fixture
def checkout(tmp_path: Path, s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with one synthesized stack, whose S3 is the bucket."""
    stack = tmp_path / "cdktf.out" / "stacks" / "chat-dev"
    stack.mkdir(parents=True)
    backend = {"s3": {"bucket": "state", "region": "eu-west-1", "key": "chat"}}
    (stack / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": backend}}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("boto3.client", lambda *_arguments, **_options: s3)
    return tmp_path


def test_a_stored_plan_can_be_retrieved(s3: S3Client, bucket: Bucket, plan: Path, tmp_path: Path) -> None:
    digest = put(s3, "state", "dev", plan, name="42-1")
    get(s3, "state", "dev", tmp_path / "fetched", digest=digest)

    assert {file.name: file.read_bytes() for file in (tmp_path / "fetched").iterdir()} == {
        "plan.tfplan": b"\0plan",
        "record.json": b"{}",
    }
    assert list(bucket.objects) == [f"plans/dev/{digest}.tar"]


def test_an_altered_plan_is_refused(s3: S3Client, bucket: Bucket, plan: Path, tmp_path: Path) -> None:
    digest = put(s3, "state", "dev", plan, name="42-1")
    bucket.objects[f"plans/dev/{digest}.tar"] += b"\0"

    with pytest.raises(AlteredPlanError, match=f"s3://state/plans/dev/{digest}"):
        get(s3, "state", "dev", tmp_path / "fetched", digest=digest)
    assert not (tmp_path / "fetched").exists()


def test_the_command_prints_the_digest_for_the_retrieval(
    checkout: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan-store", "put", "--environment", "dev", "--folder", str(plan), "--name", "42-1"]) == 0
    digest = capsys.readouterr().out.strip()

    assert (
        main(["plan-store", "get", "--environment", "dev", "--folder", str(checkout / "fetched"), "--digest", digest])
        == 0
    )
    assert (checkout / "fetched" / "plan.tfplan").read_bytes() == b"\0plan"


def test_a_missing_plan_is_reported(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["plan-store", "get", "--environment", "dev", "--folder", str(checkout / "fetched"), "--digest", "0" * 64]
    )

    assert code == 1
    assert "Plan again" in capsys.readouterr().err


def test_files_are_not_overwritten(s3: S3Client, plan: Path, tmp_path: Path) -> None:
    digest = put(s3, "state", "dev", plan, name="42-1")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "plan.tfplan").write_bytes(b"mine")

    with pytest.raises(RefusedError, match=r"mine/plan\.tfplan exists and does not belong"):
        get(s3, "state", "dev", folder, digest=digest)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"plan.tfplan": b"mine"}

    (folder / "plan.tfplan").unlink()
    for _ in range(2):  # storing identical files again is allowed
        get(s3, "state", "dev", folder, digest=digest)
    assert (folder / "plan.tfplan").read_bytes() == b"\0plan"


@pytest.mark.parametrize("content", ["nothing", "a folder"])
def test_a_folder_without_a_plan_is_not_stored(
    content: str, checkout: Path, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout / "mine"
    (folder / "inner" if content == "a folder" else folder).mkdir(parents=True)

    assert main(["plan-store", "put", "--environment", "dev", "--folder", str(folder), "--name", "1"]) == 3

    assert f"{folder} " in capsys.readouterr().err
    assert not bucket.objects
