"""The stack into the local AWS without Terraform: the same resources from the same JSON, through boto3.

A record of what was made (address, arguments, attributes) lies beside the data. What has not changed since is left
alone, what has is changed in place, and what is gone from the stack is removed, unless data would go with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from common.json_documents import find_object
from common.whole_files import write_whole
from terraform.expressions import ExpressionError, evaluate, references
from terraform.requests import META_ARGUMENTS, DeploymentError
from terraform.resources import KINDS
from terraform.resources.data import data_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from terraform.resources.resource import Attributes, Target
    from terraform.stack import Stack

_WORKERS = 8
_TELL_EVERY_SECONDS = 2.0
_GUARD = "terraform_data"
_WITHIN_AN_API = frozenset({"aws_appsync_datasource", "aws_appsync_function", "aws_appsync_resolver"})
"""Too many to look for each: they go with their API, and a new one has another id, so that they are made for it."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did."""

    outputs: dict[str, Any]
    created_or_changed: int
    removed: int
    unchanged: int


@dataclass(slots=True)
class Record:
    """What was made before: address -> fingerprint of the arguments, and the attributes."""

    file: Path
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> Record:
        """Read the record; an unreadable one counts as none, and everything is then looked up by name."""
        entries = find_object(file) or {}
        return cls(file, {address: entry for address, entry in entries.items() if _is_entry(entry)})

    def save(self) -> None:
        """Write it in one step.

        Raises:
            FileError: it cannot be written.
        """
        write_whole(self.file, json.dumps(self.entries, indent=1, sort_keys=True))


def _is_entry(entry: Any) -> bool:  # noqa: ANN401 - any JSON value
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("fingerprint"), str)
        and isinstance(entry.get("attributes"), dict)
    )


def deploy(stack: Stack, target: Target, record_file: Path, *, say: Callable[[str], None]) -> Deployed:
    """Make, change and remove until the local AWS is as the stack says.

    Args:
        stack: what was synthesized.
        target: where to.
        record_file: what was made before, and will be.
        say: receives progress.

    Raises:
        DeploymentError: a resource was refused, or is of a kind that is not known here.
    """
    deployment = _Deployment(stack, target, Record.load(record_file))
    deployment.check_kinds()
    deployment.check_guards()
    try:
        deployment.apply(say)
        deployment.remove_rest(say)
    finally:
        deployment.record.save()
    outputs = {name: evaluate(output["value"], deployment.look_up) for name, output in stack.outputs.items()}
    return Deployed(outputs, deployment.changed, deployment.removed, deployment.unchanged)


class _Deployment:
    def __init__(self, stack: Stack, target: Target, record: Record) -> None:
        self._resources = {
            address: arguments for address, arguments in stack.resources.items() if not address.startswith(f"{_GUARD}.")
        }
        self._guards = [one for address, one in stack.resources.items() if address.startswith(f"{_GUARD}.")]
        self._workspace = stack.environment
        self._target = target
        self.record = record
        self._made: dict[str, Attributes] = {}
        self.changed = self.removed = self.unchanged = 0

    def check_kinds(self) -> None:
        """Refuse before anything is made if something cannot be.

        Raises:
            DeploymentError: names the resource.
        """
        for address in self._resources:
            if address.split(".", 1)[0] not in KINDS:
                message = f"{address}: the direct deployment knows no such resource; deploy with Terraform"
                raise DeploymentError(message)

    def check_guards(self) -> None:
        """Apply the preconditions of ``terraform_data`` resources, as Terraform would.

        Raises:
            DeploymentError: one does not hold; the message is its own.
        """
        for guard in self._guards:
            for precondition in (guard.get("lifecycle") or {}).get("precondition") or []:
                if evaluate(precondition["condition"], self.look_up) is not True:
                    raise DeploymentError(str(evaluate(precondition["error_message"], self.look_up)))

    def look_up(self, name: str) -> Any:  # noqa: ANN401 - what the name stands for
        """Return what a name in an expression stands for."""
        if name == "terraform.workspace":
            return self._workspace
        if name in self._made:
            return self._made[name]
        if name.startswith("data."):
            return data_source(name, self._target)
        message = f"nothing is called {name} in this stack"
        raise ExpressionError(message)

    # --- in the order of the references, in parallel ----------------------------------------------

    def apply(self, say: Callable[[str], None]) -> None:
        """Make or change every resource once all that it refers to is there."""
        waiting = {address: self._needs(arguments) for address, arguments in self._resources.items()}
        running: dict[Future[Attributes], str] = {}
        told = time.monotonic()
        with ThreadPoolExecutor(_WORKERS) as pool, _nothing_more_after_an_error(pool):
            while waiting or running:
                for address in [one for one, needs in waiting.items() if needs <= self._made.keys()]:
                    del waiting[address]
                    running[pool.submit(self._ensure, address)] = address
                if not running:
                    message = f"{min(waiting)}: refers to itself or to something that is not in the stack"
                    raise DeploymentError(message)
                done, _ = wait(running, timeout=_TELL_EVERY_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    self._made[running.pop(future)] = future.result()
                if time.monotonic() - told > _TELL_EVERY_SECONDS:
                    told = time.monotonic()
                    say(f"  {len(self._made)} of {len(self._resources)} resources ...")

    def _needs(self, arguments: dict[str, Any]) -> set[str]:
        needs = {address for is_data, address in references(arguments) if not is_data}
        needs.update(arguments.get("depends_on") or [])
        return {address for address in needs if not address.startswith(("data.", f"{_GUARD}."))}

    def _ensure(self, address: str) -> Attributes:
        kind = KINDS[address.split(".", 1)[0]]
        try:
            given = {name: value for name, value in self._resources[address].items() if name not in META_ARGUMENTS}
            arguments = evaluate(given, self.look_up)
            fingerprint = _fingerprint(arguments, self._target.tags if kind.tagged else {})
            before = self.record.entries.get(address)
            if before is not None and before["fingerprint"] == fingerprint and self._is_there(address, arguments):
                self.unchanged += 1
                attributes: Attributes = before["attributes"]
                return attributes
            attributes = kind.ensure(self._target, arguments)
        except (ClientError, BotoCoreError, DeploymentError, ExpressionError, OSError) as error:
            message = f"{address}: {described(error)}"
            raise DeploymentError(message) from error
        self.changed += 1
        self.record.entries[address] = {"fingerprint": fingerprint, "attributes": attributes}
        return attributes

    def _is_there(self, address: str, arguments: dict[str, Any]) -> bool:
        """Return whether a resource of the record still is: others may have deleted it, or its state was lost."""
        kind = address.split(".", 1)[0]
        return kind in _WITHIN_AN_API or KINDS[kind].find(self._target, arguments) is not None

    def remove_rest(self, say: Callable[[str], None]) -> None:
        """Remove what the stack had and has no more."""
        gone = [address for address in self.record.entries if address not in self._resources]
        order = list(KINDS)
        for address in sorted(gone, key=lambda one: _removal_rank(one, order)):
            kind = KINDS.get(address.split(".", 1)[0])
            if kind is None or kind.remove is None:
                say(f"  {address} is no longer in the stack; it holds data and is kept")
                continue
            try:
                kind.remove(self._target, self.record.entries[address]["attributes"])
            except ClientError as error:
                if "NotFound" not in str(error) and "NoSuchEntity" not in str(error):
                    message = f"{address} could not be removed: {error}"
                    raise DeploymentError(message) from error
            del self.record.entries[address]
            self.removed += 1


@contextlib.contextmanager
def _nothing_more_after_an_error(pool: ThreadPoolExecutor) -> Iterator[None]:
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def described(error: Exception) -> str:
    """An error as text, with the places in the code that AppSync's answer has beside its message."""
    answer: dict[str, Any] = dict(error.response) if isinstance(error, ClientError) else {}
    faults = answer.get("detail", {}).get("codeErrors", [])
    places = [f"line {fault['location']['line']}: {fault['value'].rstrip()}" for fault in faults]
    return "\n  ".join([str(error), *places])


_REMOVED_FIRST = ("aws_appsync_resolver", "aws_appsync_function", "aws_appsync_datasource", "aws_iam_role_policy")


def _removal_rank(address: str, order: list[str]) -> int:
    """Return when to remove: what refers to others goes before them."""
    kind = address.split(".", 1)[0]
    if kind in _REMOVED_FIRST:
        return _REMOVED_FIRST.index(kind)
    return len(_REMOVED_FIRST) + (order.index(kind) if kind in order else 0)


def _fingerprint(arguments: dict[str, Any], tags: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps([arguments, tags], sort_keys=True).encode()).hexdigest()
