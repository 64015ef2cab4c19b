"""Keep a reviewed plan between the job that makes it and the job that applies it.

    python -m ops.plan_store put --environment dev --folder plan --name 42-1     # prints the SHA-256
    python -m ops.plan_store get --environment dev --folder plan --digest SHA256

A plan holds values of the state, so it is kept where the state is, under ``plans/<environment>/``, and not as an
artifact that whoever reads the repository may download. The role of plans may write there and not read, the role of
applies may read and not write, and the bucket forgets plans after a week. The name is the digest, so that what is
fetched is what was put.

Exit codes: 0 done, 1 refused: it is not there, or not what its digest says, 2 wrong usage, 3 S3 failed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "plans"
_STACKS = Path("cdktf.out/stacks")
_FINE, _REFUSED, _FAILED = 0, 1, 3


class AlteredPlanError(Exception):
    """What is in the store is not what was put there."""


def put(s3: S3Client, bucket: str, environment: str, folder: Path, *, name: str) -> str:
    """Store every file of a folder; return the SHA-256 to fetch it by."""
    content = _pack(folder)
    digest = hashlib.sha256(content).hexdigest()
    s3.put_object(Bucket=bucket, Key=_key(environment, digest), Body=content, Metadata={"run": name})
    return digest


def get(s3: S3Client, bucket: str, environment: str, folder: Path, *, digest: str) -> None:
    """Fetch what was stored into a folder.

    Raises:
        AlteredPlanError: its content is not what the digest says; nothing was written.
    """
    content = s3.get_object(Bucket=bucket, Key=_key(environment, digest))["Body"].read()
    if hashlib.sha256(content).hexdigest() != digest:
        message = (
            f"s3://{bucket}/{_key(environment, digest)} is not the plan that was reviewed: somebody has changed it."
        )
        raise AlteredPlanError(message)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")


def _key(environment: str, digest: str) -> str:
    return f"{PREFIX}/{environment}/{digest}.tar"


def _pack(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in sorted(folder.iterdir()):
            archive.add(file, arcname=file.name)
    return buffer.getvalue()


def _backend(environment: str) -> dict[str, Any]:
    """Return the settings of the state backend of an environment, as synthesized."""
    file = _STACKS / f"chat-{environment}" / "cdk.tf.json"
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    backend: dict[str, Any] = document["terraform"]["backend"]["s3"]
    return backend


def main(arguments: list[str] | None = None) -> int:
    """Put or get one plan."""
    parser = argparse.ArgumentParser(prog="python -m ops.plan_store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, option, meaning in (
        ("put", "--name", "who put it there, for people who look"),
        ("get", "--digest", "what put has printed"),
    ):
        one = commands.add_parser(command)
        one.add_argument("--environment", required=True)
        one.add_argument("--folder", type=Path, required=True)
        one.add_argument(option, required=True, help=meaning)
    options = parser.parse_args(arguments)
    try:
        backend = _backend(options.environment)
        s3 = boto3.client("s3", region_name=backend["region"])
        if options.command == "put":
            print(put(s3, backend["bucket"], options.environment, options.folder, name=options.name))
        else:
            get(s3, backend["bucket"], options.environment, options.folder, digest=options.digest)
    except ClientError as error:
        missing = error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}
        print(
            f"No plan {options.digest} is kept for {options.environment}: plan again." if missing else error,
            file=sys.stderr,
        )
        return _REFUSED if missing else _FAILED
    except AlteredPlanError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    except (OSError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return _FAILED
    return _FINE


if __name__ == "__main__":
    sys.exit(main())
