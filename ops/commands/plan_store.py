"""``python -m ops plan-store``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import DIRECTORY, Command, environment_option

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

folder_option = click.option("--folder", type=DIRECTORY, required=True, help="Folder of the plan's files.")


@click.group()
def plan_store() -> None:
    """Keep a reviewed plan between the jobs that make and apply it.

    A plan contains values of the state, so it is stored in the state bucket, under plans/<environment>/, and not as an
    artifact that every reader of the repository can download. The role for plans can write there but not read, the role
    for applies can read but not write, and the bucket deletes plans after a week. The name of an object is its SHA-256,
    so the plan that is fetched is the plan that was stored.
    """


@plan_store.command(cls=Command, examples=["python -m ops plan-store put --environment dev --folder plan --name 42-1"])
@environment_option()
@folder_option
@click.option("--name", required=True, help="Name of the run that made the plan; the object's metadata contains it.")
def put(*, environment: str, folder: Path, name: str) -> int:
    """Store the files of a folder and print the SHA-256 to fetch them by."""
    from ops.plan_store import put as store

    s3, bucket = _bucket(environment)
    print(store(s3, bucket, environment, folder, name=name))
    return EXIT_OK


@plan_store.command(
    cls=Command,
    examples=["python -m ops plan-store get --environment dev --folder plan --digest SHA256"],
    exit_codes={REFUSED: "The plan is missing, or is not the one that was stored."},
)
@environment_option()
@folder_option
@click.option("--digest", required=True, help="The SHA-256 that `put` printed.")
def get(*, environment: str, folder: Path, digest: str) -> int:
    """Fetch a plan into a folder; existing files are not overwritten."""
    from ops.plan_store import get as fetch

    s3, bucket = _bucket(environment)
    fetch(s3, bucket, environment, folder, digest=digest)
    return EXIT_OK


def _bucket(environment: str) -> tuple[S3Client, str]:
    import boto3

    from terraform.stack import STACKS, Stack

    location = Stack.find(STACKS, environment).state
    return boto3.client("s3", region_name=location.region), location.bucket
