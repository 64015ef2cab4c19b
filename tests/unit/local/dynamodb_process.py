"""Serves MiniStack's DynamoDB in a separate process: MiniStack reads the environment at import, which is possible once.

Input is lines of JSON, ``[action, request]``; output is lines of JSON, ``{"answer": ...}`` or ``{"refused": [...]}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from appsync_local.backend import AwsError
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, prepare

REGION = "us-east-1"


async def serve(directory: Path) -> None:
    """Answer the lines of standard input until it ends.

    Args:
        directory: where the tables are stored.
    """
    prepare(DataDirectory(directory), 0, RunCredentials("AKIAUNUSED", "unused"))
    from local.embedded.emulator import Emulator  # noqa: PLC0415 - after the environment

    emulator = Emulator()
    output, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        action, request = json.loads(line)
        try:
            answer = await emulator.call_json("dynamodb", f"DynamoDB_20120810.{action}", request, region=REGION)
            reply: dict[str, Any] = {"answer": answer}
        except AwsError as refused:
            reply = {"refused": [refused.code, refused.message, refused.details]}
        output.write(json.dumps(reply) + "\n")
        output.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
