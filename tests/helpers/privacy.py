"""Privacy jobs in tests: waiting for jobs, temporary settings, and jobs that run in the test's process."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.httpsession import URLLib3Session

from contract.tables import TABLES
from lambdas.common.graphql import GraphqlClient
from lambdas.common.streams import Change
from lambdas.privacy.aws import Settings
from lambdas.privacy.handler import Privacy
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FUNCTION = "chat-privacy-local"
BUCKET = "chat-attachments-000000000000-local"


async def jobs(user: ChatUser) -> dict[str, Row]:
    """Return the user's jobs by kind."""
    return {row["kind"]: row for row in await user.run("myPrivacyJobs")}


async def done(user: ChatUser, kind: str) -> Row:
    """Wait until the user's job of a kind is done; return it."""

    async def probe() -> Row:
        return (await jobs(user)).get(kind, {})

    return await eventually(probe, until=lambda job: job.get("status") == "COMPLETED")


@contextmanager
def erasing(backend: LocalBackend) -> Iterator[None]:
    """Make deletions erase messages for the duration of the block, as with the environment's setting."""
    functions = backend.functions()
    before = variables(backend)
    wanted = {**before, "DELETED_MESSAGES": "erase"}
    functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": wanted})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": before})


def variables(backend: LocalBackend) -> dict[str, str]:
    """Return the environment variables of the function."""
    described = backend.functions().get_function_configuration(FunctionName=FUNCTION)
    return dict(described["Environment"]["Variables"])


def privacy(backend: LocalBackend, changed: Mapping[str, str], clients: Mapping[str, Any]) -> Privacy:
    """Return the jobs, to be run in this process with the backend's services.

    Args:
        backend: the running backend.
        changed: variables that differ from those of the function.
        clients: boto3 clients to use instead of the backend's clients, by service.
    """
    settings = Settings.model_validate({**variables(backend), **changed})
    found = {name: clients.get(name, backend.client(name)) for name in ("dynamodb", "s3", "cognito-idp")}
    session = backend.session()
    credentials = session.get_credentials()
    assert credentials is not None
    return Privacy.of(
        settings,
        dynamodb=found["dynamodb"],
        s3=found["s3"],
        cognito=found["cognito-idp"],
        client=GraphqlClient(
            backend.outputs["GraphQLURL"], region=session.region_name, credentials=credentials, http=URLLib3Session()
        ),
    )


def count_as_deleted(backend: LocalBackend, *user_ids: str) -> None:
    """Mark accounts as deleted: their next request returns a finished job and does not delete the account."""
    for user_id in user_ids:
        row: Row = {
            "userId": user_id,
            "kind": "DELETION",
            "jobId": "01HZZZZZZZ0123456789ABCDEF",
            "status": "COMPLETED",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "turn": 1,
        }
        backend.table("privacy").put_item(Item=row)


def ask(backend: LocalBackend, user: ChatUser, kind: str) -> Change:
    """Store a job without invoking the function; return its stream record."""
    row: Row = {
        "userId": user.id,
        "kind": kind,
        "jobId": "01JZZZZZZZ0123456789ABCDEF",
        "status": "PENDING",
        "createdAt": "2030-01-01T00:00:00.000Z",
        "username": user.account.username,
        "turn": 1,
    }
    backend.table("privacy").put_item(Item=row)
    return Change("event", backend.outputs["PrivacyTableName"], None, row)


def remains(backend: LocalBackend, *traces: str) -> dict[str, list[str]]:
    """Return the places that still contain one of the traces: tables, files of the bucket and users of the pool."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        rows = [json.dumps(row, default=str, sort_keys=True) for row in backend.rows(table.key)]
        found[table.key] = [row for row in rows if any(trace in row for trace in traces)]
    s3 = backend.client("s3")
    files = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    found["bucket"] = [each["Key"] for each in files if any(trace in each["Key"] for trace in traces)]
    pages = backend.cognito().get_paginator("list_users").paginate(UserPoolId=backend.outputs.user_pool_id)
    users = [json.dumps(user, default=str) for page in pages for user in page["Users"]]
    found["pool"] = [user for user in users if any(trace in user for trace in traces)]
    return {place: hits for place, hits in found.items() if hits}
