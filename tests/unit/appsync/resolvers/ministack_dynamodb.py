"""Runs MiniStack's DynamoDB in a separate process: MiniStack reads the environment at import, which is possible once.

Input is lines of JSON, ``[action, request]``; output is lines of JSON, ``{"answer": ...}`` or ``{"refused": [...]}``.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError
from tests.unit.appsync.resolvers.scripted_backend import ScriptedBackend

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[4]
REGION = "us-east-1"


class MiniStackDynamoDb(ScriptedBackend):
    """A backend in the parent process that uses MiniStack's DynamoDB. Its Lambda is scripted."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__()
        self._process = process

    async def dynamodb(self, action: str, request: dict[str, Any], **_: str) -> dict[str, Any]:
        """Call MiniStack."""
        return self.call(action, request)

    def call(self, action: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call MiniStack.

        Raises:
            AwsError: MiniStack rejected the call.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([action, request]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise AwsError(*answer["refused"])
        answered: dict[str, Any] = answer["answer"]
        return answered


def started(directory: Path) -> Iterator[MiniStackDynamoDb]:
    """Run the child process while the caller iterates."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.appsync.resolvers.ministack_dynamodb", str(directory)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield MiniStackDynamoDb(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


async def _serve(directory: Path) -> None:
    from local.embedded.credentials import RunCredentials  # noqa: PLC0415 - in the child only
    from local.embedded.environment import DataDirectory, prepare  # noqa: PLC0415 - as above

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
    asyncio.run(_serve(Path(sys.argv[1])))
