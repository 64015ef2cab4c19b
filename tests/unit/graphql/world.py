"""An in-memory backend for tests: rows, a clock, users, and the real resolvers, run in Node.js as in AppSync."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.authorization import read_authorization

if TYPE_CHECKING:
    from collections.abc import Mapping

HARNESS = Path(__file__).parent / "harness"
GRAPHQL = Path(__file__).parents[3] / "graphql"
REFUSED_RESULTS = ("present", "absent", "newer")
"""Possible values of ``ctx.result`` after a refused condition."""


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in user."""

    name: str
    groups: tuple[str, ...] = ("Users",)
    claims: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> dict[str, Any]:
        """``ctx.identity`` of a Cognito user; the id is the name with a prefix."""
        return {
            "sub": f"id-{self.name}",
            "username": self.name,
            "groups": list(self.groups) or None,
            "claims": dict(self.claims),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The response of a field, its DynamoDB requests, and their cost."""

    data: Any
    error_type: str | None
    error_message: str | None
    error_info: Any
    calls: list[dict[str, Any]]
    write_units: float
    read_units: float
    subscription_filter: dict[str, Any] | None
    invalidation_filter: dict[str, Any] | None
    invalidations: list[dict[str, Any]]
    request_id: str
    """The request id that AppSync assigns."""
    selection_complete: bool | None
    """The value of that name in the response; removed from ``data``, which then equals later reads."""

    @property
    def functions(self) -> list[str]:
        """The functions whose data source was called, in order."""
        return [call["function"] for call in self.calls]


def harness_environment() -> dict[str, str]:
    """Return the environment of a process that loads the resolvers: it has the roles required by their tags."""
    constants = {file: source.constants for file, source in read_authorization(GRAPHQL).items()}
    return {**os.environ, "ROLE_CONSTANTS": json.dumps(constants)}


class Running:
    """A running field: each step is one data source call."""

    def __init__(self, world: World, identifier: int) -> None:
        self._world = world
        self._identifier = identifier

    def step(self) -> Outcome:
        """Run up to and including the next data source call."""
        return self._world.outcome(self._world.command(do="step", id=self._identifier))

    def finish(self) -> Outcome:
        """Run to the end."""
        while True:
            outcome = self.step()
            if outcome.data is not None or outcome.error_type is not None:
                return outcome


class World:
    """Client of the Node.js process that runs the backend."""

    def __init__(
        self,
        word_filter_mode: str = "fail_closed",
        messages_per_minute: int = 0,
        shed: tuple[str, ...] = (),
        retention_days: int = 0,
    ) -> None:
        self._process = subprocess.Popen(
            ["node", str(HARNESS / "serve.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **harness_environment(),
                "WORD_FILTER_MODE": word_filter_mode,
                "MESSAGES_PER_MINUTE": str(messages_per_minute),
                "SHED": ",".join(shed),
                "RETENTION_DAYS": str(retention_days),
            },
            text=True,
        )
        self._receive()

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(timeout=60)

    def command(self, **command: object) -> Any:  # noqa: ANN401  whatever JSON the command answers with
        """Send a command and return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer = self._receive()
        assert "problem" not in answer, answer["problem"]
        return answer["answer"]

    def reset(self) -> None:
        """Delete all rows and reset the clock."""
        self.command(do="reset")

    def give(self, table: str, **item: object) -> None:
        """Store a row."""
        self.command(do="give", table=table, item=item)

    def take(self, table: str, **key: object) -> None:
        """Delete a row, as DynamoDB deletes expired rows."""
        self.command(do="take", table=table, key=key)

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table."""
        rows: list[dict[str, Any]] = self.command(do="items", table=table)
        return rows

    def refusals(self, mode: str) -> None:
        """Set the value of ``ctx.result`` after a refused condition: see ``harness/dynamodb.mjs``."""
        self.command(do="refusals", mode=mode)

    def refused(self) -> list[str]:
        """Return the functions and resolvers whose conditions were refused since the last reset, in order."""
        names: list[str] = self.command(do="refused")
        return names

    def conditional(self) -> set[str]:
        """Return the functions and resolvers that write with a condition, or check whether a condition was refused."""
        return set(self.command(do="conditional"))

    def batches(self) -> set[str]:
        """Return the functions and resolvers that read several rows at once."""
        return set(self.command(do="batches"))

    def wait(self, seconds: float) -> None:
        """Advance the clock."""
        self.command(do="wait", seconds=seconds)

    def start(self, field: str, user: User, **arguments: object) -> Running:
        """Start a field without a data source call."""
        return self._started({}, field, user, arguments)

    def start_twice(self, function: str, field: str, user: User, **arguments: object) -> Running:
        """Like `start`; AppSync calls DynamoDB twice in this function, because the first response is lost."""
        return self._started({"twice": function}, field, user, arguments)

    def start_broken(self, function: str, times: int, field: str, user: User, **arguments: object) -> Running:
        """Like `start`; the given number of the function's DynamoDB calls fail without an effect."""
        return self._started({"broken": {function: times}}, field, user, arguments)

    def start_unread(self, function: str, table: str, field: str, user: User, **arguments: object) -> Running:
        """Like `start`; the function's batch read leaves the table's keys unprocessed, as under throttling."""
        return self._started({"unread": {"function": function, "table": table}}, field, user, arguments)

    def start_selecting(
        self, info: Mapping[str, object], field: str, user: User, /, *, broken: str = "", **arguments: object
    ) -> Running:
        """Like `start`, with a selection; see `run_selecting`. The call of the broken function fails, if set."""
        return self._started({"info": info, "broken": {broken: 1}}, field, user, arguments)

    def _started(self, more: dict[str, Any], field: str, user: User, arguments: dict[str, object]) -> Running:
        identity = user.identity
        return Running(self, self.command(do="start", field=field, args=arguments, identity=identity, more=more))

    def be_naive(self, function: str) -> None:
        """Make a function trust ``ctx.result`` after a refused condition until the next reset."""
        self.command(do="naive", name=function)

    def run(self, field: str, user: User | None, /, **arguments: object) -> Outcome:
        """Run a field to its end with all fields selected; without a user, as an API key or IAM caller.

        Args:
            field: its type and name.
            user: the caller.
            arguments: the field's.
        """
        return self.run_selecting(None, field, user, **arguments)

    def run_selecting(
        self, info: Mapping[str, object] | None, field: str, user: User | None, /, **arguments: object
    ) -> Outcome:
        """Run a field with a selection.

        Args:
            info: ``selectionSetList`` and ``selectionSetGraphQL``; everything is selected if it is None.
            field: its type and name.
            user: the caller.
            arguments: the field's.
        """
        identity = user.identity if user else None
        selected = {} if info is None else {"info": info}
        return self.outcome(self.command(do="run", field=field, args=arguments, identity=identity, **selected))

    @staticmethod
    def outcome(report: dict[str, Any]) -> Outcome:
        """Read the report of a run or step."""
        outcome = report["outcome"] or {}
        error = outcome.get("error") or {}
        data = outcome.get("data")
        return Outcome(
            data=data,
            selection_complete=data.pop("selectionComplete", None) if isinstance(data, dict) else None,
            error_type=error.get("type"),
            error_message=error.get("message"),
            error_info=error.get("info"),
            calls=report["calls"],
            write_units=report["units"]["write"],
            read_units=report["units"]["read"],
            subscription_filter=report["filters"]["subscriptionFilter"],
            invalidation_filter=report["filters"]["invalidationFilter"],
            invalidations=report["filters"]["invalidations"],
            request_id=report["requestId"],
        )

    def _receive(self) -> Any:  # noqa: ANN401  whatever JSON comes
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the Node.js process ended"
        return json.loads(line)
