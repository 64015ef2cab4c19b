"""Direct deployment: creates the resources of the synthesized JSON through boto3, without Terraform.

A record of the created resources (address, arguments, attributes) is stored with the data. Unchanged resources are left
alone, changed ones are updated in place, and those that the stack no longer contains are removed, unless data would be
lost.
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
"""Not looked up individually, because there are many: they are deleted with their API, and a new API has new ones."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The result of a deployment."""

    outputs: dict[str, Any]
    created_or_changed: int
    removed: int
    unchanged: int


@dataclass(slots=True)
class Record:
    """Previously created resources: address -> fingerprint of the arguments, and the attributes."""

    file: Path
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path) -> Record:
        """Read the record; an unreadable record counts as empty, and all resources are then looked up by name."""
        entries = find_object(file) or {}
        return cls(file, {address: entry for address, entry in entries.items() if _is_entry(entry)})

    def save(self) -> None:
        """Write the record atomically.

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
    """Create, change and remove resources until the local AWS matches the stack.

    Args:
        stack: the synthesized stack.
        target: the local AWS to deploy to.
        record_file: the record of created resources, which is updated.
        say: receives progress messages.

    Raises:
        DeploymentError: a resource was refused, or its type is not supported.
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
        """Refuse the stack before anything is created if it has a resource that cannot be.

        Raises:
            DeploymentError: names the resource.
        """
        for address in self._resources:
            if address.split(".", 1)[0] not in KINDS:
                message = f"{address}: the direct deployment does not support this resource; deploy with Terraform"
                raise DeploymentError(message)

    def check_guards(self) -> None:
        """Check the preconditions of ``terraform_data`` resources, as Terraform does.

        Raises:
            DeploymentError: a precondition fails; the message is that of the precondition.
        """
        for guard in self._guards:
            for precondition in (guard.get("lifecycle") or {}).get("precondition") or []:
                if evaluate(precondition["condition"], self.look_up) is not True:
                    raise DeploymentError(str(evaluate(precondition["error_message"], self.look_up)))

    def look_up(self, name: str) -> Any:  # noqa: ANN401 - what the name stands for
        """Return the value of a name in an expression."""
        if name == "terraform.workspace":
            return self._workspace
        if name in self._made:
            return self._made[name]
        if name.startswith("data."):
            return data_source(name, self._target)
        message = f"the stack has no element {name}"
        raise ExpressionError(message)

    # --- in dependency order, in parallel ---------------------------------------------------------

    def apply(self, say: Callable[[str], None]) -> None:
        """Create or change every resource after all resources that it refers to."""
        waiting = {address: self._needs(arguments) for address, arguments in self._resources.items()}
        running: dict[Future[Attributes], str] = {}
        told = time.monotonic()
        with ThreadPoolExecutor(_WORKERS) as pool, _nothing_more_after_an_error(pool):
            while waiting or running:
                for address in [one for one, needs in waiting.items() if needs <= self._made.keys()]:
                    del waiting[address]
                    running[pool.submit(self._ensure, address)] = address
                if not running:
                    message = (
                        f"{min(waiting)}: has a circular reference, or refers to an element that is not in the stack"
                    )
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
        """Return whether a recorded resource still exists; it may have been deleted, or its state lost."""
        kind = address.split(".", 1)[0]
        return kind in _WITHIN_AN_API or KINDS[kind].find(self._target, arguments) is not None

    def remove_rest(self, say: Callable[[str], None]) -> None:
        """Remove resources that the stack no longer contains."""
        gone = [address for address in self.record.entries if address not in self._resources]
        order = list(KINDS)
        for address in sorted(gone, key=lambda one: _removal_rank(one, order)):
            kind = KINDS.get(address.split(".", 1)[0])
            if kind is None or kind.remove is None:
                say(f"  {address} is no longer in the stack; it contains data and is kept")
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
    """Return an error as text, with the code locations that AppSync's response has in addition to its message."""
    answer: dict[str, Any] = dict(error.response) if isinstance(error, ClientError) else {}
    faults = answer.get("detail", {}).get("codeErrors", [])
    places = [f"line {fault['location']['line']}: {fault['value'].rstrip()}" for fault in faults]
    return "\n  ".join([str(error), *places])


_REMOVED_FIRST = ("aws_appsync_resolver", "aws_appsync_function", "aws_appsync_datasource", "aws_iam_role_policy")


def _removal_rank(address: str, order: list[str]) -> int:
    """Return the sort key of a removal: resources are removed before those that they refer to."""
    kind = address.split(".", 1)[0]
    if kind in _REMOVED_FIRST:
        return _REMOVED_FIRST.index(kind)
    return len(_REMOVED_FIRST) + (order.index(kind) if kind in order else 0)


def _fingerprint(arguments: dict[str, Any], tags: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps([arguments, tags], sort_keys=True).encode()).hexdigest()
