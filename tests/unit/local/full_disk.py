"""Fills a small disk through a real server: run in its own mount namespace by `test_full_disk.py`.

Prints one JSON object: the acknowledged and the refused writes, the server's message when it was started on the full
disk, and the data after space was freed.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

import local.clients
from local.clients import clients
from local.process import ROOT
from tests.unit.local.server_process import ServerProcess

TABLE = "full"
BALLAST_BYTES = 3_000_000
TEXT = "x" * 20_000
REFUSALS = 10


def refused(call: Any, **request: Any) -> str:  # noqa: ANN401 - a client's method
    """Make a call once; return the message of its error, or an empty text."""
    try:
        call(**request)
    except ClientError as error:
        return str(error)
    return ""


def fill(server: ServerProcess) -> dict[str, Any]:
    """Write until the disk has refused often enough; every refused item is tried again at once."""
    found = clients(["dynamodb", "cognito-idp"], server.url, server.credentials)
    dynamodb, cognito = found["dynamodb"], found["cognito-idp"]
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
    )
    pool = cognito.create_user_pool(PoolName="full")["UserPool"]["Id"]
    items: dict[str, str] = {}
    users: dict[str, str] = {}
    number = 0
    while sum(map(bool, items.values())) < REFUSALS or sum(map(bool, users.values())) < REFUSALS:
        item = {"p": {"S": f"item-{number}"}, "text": {"S": TEXT}}
        items[f"item-{number}"] = refused(dynamodb.put_item, TableName=TABLE, Item=item)
        if items[f"item-{number}"]:
            items[f"item-{number}"] = refused(dynamodb.put_item, TableName=TABLE, Item=item)
        if number % 5 == 0 or items[f"item-{number}"]:
            name = f"user-{number}"
            attributes = [{"Name": "name", "Value": "y" * 1000}]
            users[name] = refused(cognito.admin_create_user, UserPoolId=pool, Username=name, UserAttributes=attributes)
        number += 1
    return {"items": items, "users": users, "memory": contents(server, pool), "pool": pool}


def contents(server: ServerProcess, pool: str) -> dict[str, list[str]]:
    """Return the server's current data."""
    found = clients(["dynamodb", "cognito-idp"], server.url, server.credentials)
    pages = found["dynamodb"].get_paginator("scan").paginate(TableName=TABLE, ProjectionExpression="p")
    users = found["cognito-idp"].get_paginator("list_users").paginate(UserPoolId=pool)
    return {
        "items": sorted(item["p"]["S"] for page in pages for item in page["Items"]),
        "users": sorted(user["Username"] for page in users for user in page["Users"]),
    }


def start_on_the_full_disk(folder: Path) -> dict[str, Any]:
    """Try to start the server on the full disk."""
    (folder / "rest").write_bytes(b"")
    with (folder / "rest").open("ab", buffering=0) as file:
        size = 65_536
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    command = [sys.executable, "-m", "local", "up", "--detach", "--no-web", "--directory", str(folder / "data")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return {"code": done.returncode, "said": done.stdout + done.stderr}


def main() -> None:
    """Fill the disk, kill the server, fail to start it, free space, start it again."""
    folder = Path(sys.argv[1])
    local.clients._CONFIG = local.clients._CONFIG.merge(Config(retries={"total_max_attempts": 1}))  # noqa: SLF001
    ballast = folder / "ballast"
    ballast.write_bytes(b"\0" * BALLAST_BYTES)
    server = ServerProcess(folder / "data", compact_bytes=1_000_000)
    server.start()
    report = fill(server)
    server.end(signal.SIGKILL)
    report["start"] = start_on_the_full_disk(folder)
    ballast.unlink()
    (folder / "rest").unlink()
    server.start()
    report["disk"] = contents(server, report["pool"])
    dynamodb = server.client("dynamodb")
    for name, message in report["items"].items():
        if message:
            dynamodb.put_item(TableName=TABLE, Item={"p": {"S": name}})
    report["afterwards"] = contents(server, report["pool"])
    server.end(signal.SIGTERM)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
