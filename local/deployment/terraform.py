"""Deployment with the real Terraform and AWS provider; the state is stored in the local S3."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.system_errors import is_about_space
from common.whole_files import FileError, explanation, make_folder, read_text, remove, write_whole
from local.deployment.outputs import read_credentials
from local.deployment.state_lock import release_if_orphaned
from local.embedded.environment import client_environment
from local.log_files import open_log
from local.server_watch import is_answering
from terraform.engine import ENDPOINT_BACKEND, UNATTENDED, backend_endpoints
from terraform.providers import HOST, Mirror, find_mirror, is_missing
from terraform.requests import DeploymentError
from terraform.runner import Running, last_error
from terraform.state_import import forget_imports, write_imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from local.embedded.environment import DataDirectory
    from terraform.resources.resource import Target
    from terraform.stack import Stack

_INIT_SECONDS = 600
_PLAN_SECONDS = 600
_APPLY_SECONDS = 1200
_LOCK_SECONDS = 20
_TELL_EVERY_SECONDS = 5.0
_NOTE = "initialized.sha256"
"""Checksum of the inputs and results of ``init``; damaged results are created again."""
_PROVIDERS = "providers"


class ProviderMissingError(DeploymentError):
    """``terraform init`` could not get the AWS provider."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The number of resources per kind of change in a plan."""

    add: int = 0
    change: int = 0
    remove: int = 0
    taken_over: int = 0
    outputs: bool = False
    """Whether outputs change, possibly without resources."""

    def __bool__(self) -> bool:
        return self.outputs or self.total > 0

    @property
    def total(self) -> int:
        """The number of changed resources."""
        return self.add + self.change + self.remove + self.taken_over

    def __str__(self) -> str:
        named = {
            "to make": self.add,
            "to change": self.change,
            "to remove": self.remove,
            "to take over": self.taken_over,
        }
        return ", ".join(f"{number} {what}" for what, number in named.items() if number) or "outputs only"


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of an apply."""

    outputs: dict[str, Any]
    changes: Changes


@dataclass(slots=True)
class Terraform:
    """Terraform in one working folder against one local AWS.

    Args:
        engine: the Terraform command.
        stack: the stack to apply; its folder is the working folder.
        directory: the data directory; Terraform's own files are in its ``terraform/``.
        endpoint: the local AWS.
        target: the local AWS as the direct deployment uses it.
        say: receives progress messages.
        adopting: import resources that were created without this state.
    """

    engine: tuple[str, ...]
    stack: Stack
    directory: DataDirectory
    endpoint: str
    target: Target
    say: Callable[[str], None]
    adopting: bool = False
    _said: float = field(default_factory=time.monotonic)

    @property
    def data(self) -> Path:
        """The folder of Terraform's own files."""
        return self.directory.terraform

    def apply(self) -> Applied:
        """Apply the stack to the local AWS.

        Raises:
            ProviderMissingError: the provider is not available.
            FileError: the disk is full, or a file cannot be written.
            DeploymentError: Terraform failed; its output is in the message.
        """
        make_folder(self.data)
        forget_imports(self.stack)  # of a killed run; this run writes its own
        self._ensure_bucket()
        self._init()
        orphaned = release_if_orphaned(self.stack.state, self.target.clients["s3"], self.say)
        has_state = self._has_state()  # selecting a new workspace writes an empty state
        self._select_workspace()
        if orphaned or self.adopting or os.path.lexists(self._unfinished):
            self._adopt(has_state=has_state)
        changes = self._plan_and_apply()
        forget_imports(self.stack)
        return Applied(self._outputs(), changes)

    @property
    def _unfinished(self) -> Path:
        """The file that exists while an apply runs or after it was killed."""
        return self.data / "applying"

    def _adopt(self, *, has_state: bool) -> None:
        """Make the next plan import existing resources that are not in the state."""
        known = set()
        if has_state:
            done = self._run("state", "list", seconds=_PLAN_SECONDS)
            known = set(done.output.split()) if done.code == 0 else set()
        count = write_imports(self.stack, self.target, known)
        if count:
            self.say(f"Terraform imports {count} existing resources that are not in its state.")

    # --- preparation ------------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """Return Terraform's environment: the local AWS and this project's settings, not the user's AWS settings."""
        environment = client_environment(read_credentials(self.directory))
        environment.update(
            UNATTENDED | backend_endpoints(self.endpoint),
            AWS_ENDPOINT_URL=self.endpoint,
            TF_DATA_DIR=str(self.data),
            TF_REGISTRY_CLIENT_TIMEOUT="10",
            TF_REGISTRY_DISCOVERY_RETRY="0",
        )
        # By default, garbage collection takes a third of the provider's time; this setting uses 300 MB instead.
        environment.setdefault("GOGC", "400")
        configuration = self.data / "cli.tfrc"
        if configuration.exists():
            environment["TF_CLI_CONFIG_FILE"] = str(configuration)
        else:  # the user's own configuration, for a company registry or mirror
            for name in ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"):
                if os.environ.get(name) and Path(os.environ[name]).exists():
                    environment[name] = os.environ[name]
        return environment

    def _ensure_bucket(self) -> None:
        s3 = self.target.clients["s3"]
        bucket = self.stack.state.bucket
        try:
            s3.head_bucket(Bucket=bucket)
        except s3.exceptions.ClientError:
            s3.create_bucket(Bucket=bucket)
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def _has_state(self) -> bool:
        """Return whether Terraform has ever written a state for this workspace."""
        location, s3 = self.stack.state, self.target.clients["s3"]
        try:
            s3.head_object(Bucket=location.bucket, Key=location.key)
        except s3.exceptions.ClientError:
            return False
        return True

    def _init(self) -> None:
        """Run ``init`` unless it has run for the same backend and providers."""
        mirror = self._mirror()
        self._write_configuration(mirror)
        settings = json.dumps([self.stack.document.get("terraform"), str(mirror), self.engine], sort_keys=True)
        fingerprint = hashlib.sha256(settings.encode()).hexdigest()
        note = self.data / _NOTE
        if read_text(note) == f"{fingerprint} {self._installed()}":
            return
        if mirror is None:
            self.say("Downloading the AWS provider from the registry; this may take a few minutes ...")
        remove(note)
        self._initialize(has_mirror=mirror is not None)
        write_whole(note, f"{fingerprint} {self._installed()}")

    def _initialize(self, *, has_mirror: bool) -> None:
        """Run ``init``; after a failure, retry with fewer and fewer of the existing files, which may be damaged.

        Without a mirror, the providers are removed last, and they are kept if the registry does not provide others.
        """
        arguments = ("-no-color", "-reconfigure", *ENDPOINT_BACKEND)
        done = self._run("init", *arguments, seconds=_INIT_SECONDS)
        for keeps_providers in (True, False):
            if done.code == 0 or (is_missing(done.output) and not has_mirror):
                break
            if self._forget_initialization(keeps_providers=keeps_providers):
                done = self._run("init", *arguments, seconds=_INIT_SECONDS)
        if done.code:
            if is_missing(done.output):
                raise ProviderMissingError(last_error(done.output))
            raise self._refusal("init", last_error(done.output))

    def _forget_initialization(self, *, keeps_providers: bool) -> bool:
        """Remove the results of ``init``; return whether there were any."""
        kept = {self.data / "cli.tfrc", self._unfinished, *([self.data / _PROVIDERS] if keeps_providers else [])}
        leftovers = [path for path in (*self.data.iterdir(), self.stack.lock_file) if path not in kept]
        there = [path for path in leftovers if os.path.lexists(path)]
        for path in there:
            remove(path)
        return bool(there)

    def _installed(self) -> str:
        """Return a fingerprint of the results of ``init``: for providers, which are large, names, sizes and times."""
        digest = hashlib.sha256()
        for path in (self.stack.lock_file, self.data / "terraform.tfstate"):
            digest.update(f"{path.name} {path.read_bytes().hex() if path.is_file() else None}\n".encode())
        for path in _files_below(self.data / _PROVIDERS):
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _refusal(self, command: str, text: str) -> DeploymentError | FileError:
        """Return the error for a Terraform command that failed with this output."""
        if is_about_space(text):
            return FileError(explanation(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), self.data))
        return DeploymentError(f"terraform {command}: {text}")

    def _mirror(self) -> Mirror | None:
        required = self.stack.document["terraform"]["required_providers"]["aws"]
        source = required["source"] if "/" in required["source"] else f"hashicorp/{required['source']}"
        return find_mirror(source, required["version"], dict(os.environ))

    def _write_configuration(self, mirror: Mirror | None) -> None:
        configuration = self.data / "cli.tfrc"
        if mirror is None:
            remove(configuration)
            return
        pattern = f'["{HOST}/*/*"]'
        text = (
            "provider_installation {\n"
            f"  filesystem_mirror {{\n    path = {json.dumps(str(mirror.folder))}\n    include = {pattern}\n  }}\n"
            f"  direct {{\n    exclude = {pattern}\n  }}\n}}\n"
        )
        write_whole(configuration, text)

    def _select_workspace(self) -> None:
        chosen = self.data / "environment"
        workspace = self.stack.environment
        if (read_text(chosen) or "").strip() == workspace:
            return
        remove(chosen)  # if it contains anything else, Terraform may refuse to run at all
        done = self._run("workspace", "select", "-no-color", "-or-create", workspace, seconds=_PLAN_SECONDS)
        if done.code:
            raise self._refusal("workspace select", last_error(done.output))

    # --- plan and apply ---------------------------------------------------------------------------

    def _plan_and_apply(self) -> Changes:
        """Plan and apply in one run: loading the provider's schemas takes seconds and is done only once."""
        finished = 0
        changes = Changes()

        def tell(event: dict[str, Any]) -> None:
            nonlocal finished, changes
            planned = planned_changes(event)
            if planned is not None:
                changes = planned
                if planned.total:
                    self.say(f"Terraform applies its plan: {planned}.")
            finished += event.get("type") == "apply_complete"
            if event.get("type") in {"apply_complete", "apply_progress"}:
                waiting = event["hook"]["resource"]["addr"] if event["type"] == "apply_progress" else ""
                made = f"  {finished} of {changes.total - changes.taken_over} resources"
                self._say_sometimes(f"{made}; {waiting} is still in progress ..." if waiting else f"{made} ...")

        arguments = ["-json", "-auto-approve", f"-lock-timeout={_LOCK_SECONDS}s"]
        write_whole(self._unfinished, "")
        done = self._stream("apply", *arguments, seconds=_APPLY_SECONDS, on_event=tell)
        remove(self._unfinished)
        if done.code:
            raise self._refusal("apply", done.problem)
        return replace(changes, outputs=done.changed_outputs)

    def _outputs(self) -> dict[str, Any]:
        done = self._run("output", "-json", seconds=_PLAN_SECONDS)
        if done.code:
            raise self._refusal("output", last_error(done.output))
        return {name: output["value"] for name, output in json.loads(done.output).items()}

    def _say_sometimes(self, text: str) -> None:
        if time.monotonic() - self._said > _TELL_EVERY_SECONDS:
            self._said = time.monotonic()
            self.say(text)

    # --- commands ---------------------------------------------------------------------------------

    def _run(self, *arguments: str, seconds: float) -> _Finished:
        finished = _Finished()
        for line in self._lines(arguments, seconds, finished):
            finished.lines.append(line)
        return finished

    def _stream(self, *arguments: str, seconds: float, on_event: Callable[[dict[str, Any]], None]) -> _Finished:
        """Run a command with ``-json``; each line of its output is an event."""
        finished = _Finished()
        for line in self._lines(arguments, seconds, finished):
            finished.lines.append(line)
            try:
                event = json.loads(line)
            except ValueError:
                continue
            finished.take(event)
            on_event(event)
        return finished

    def _lines(self, arguments: Sequence[str], seconds: float, finished: _Finished) -> Iterator[str]:
        """Yield the output lines of a command as they arrive; also write everything to a log."""
        command = [*self.engine, *arguments]
        with open_log(self.directory.logs / "terraform.log") as log:
            log.write(f"\n$ terraform {' '.join(arguments)}\n".encode())
            running = Running(command, folder=self.stack.folder, environment=self.environment(), is_merged=True)
            try:
                for line in filter(None, running.lines(seconds)):
                    log.write(line.encode())
                    yield line
                finished.code = running.process.returncode
            except TimeoutError as error:
                message = f"terraform {arguments[0]} did not end within {seconds:.0f} s"
                raise DeploymentError(message) from error
            finally:
                running.end(can_finish=is_answering(self.endpoint))


@dataclass(slots=True)
class _Finished:
    code: int = 1
    lines: list[str] = field(default_factory=list)
    changed_outputs: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def problem(self) -> str:
        if self.code < 0:
            return f"it was ended by signal {-self.code}. Run it again to continue."
        return "\n".join(self.problems) or last_error(self.output)

    def take(self, event: dict[str, Any]) -> None:
        if event.get("type") == "outputs":  # the plan's outputs have an action, the final ones a value
            actions = {output.get("action", "noop") for output in event["outputs"].values()}
            self.changed_outputs = self.changed_outputs or actions != {"noop"}
        diagnostic = event.get("diagnostic")
        if diagnostic and diagnostic["severity"] == "error":
            address = f"{diagnostic['address']}: " if diagnostic.get("address") else ""
            self.problems.append(f"{address}{diagnostic['summary']} {diagnostic.get('detail', '')}".strip())


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, following links to folders; broken links are skipped."""
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders.sort()
        yield from (path for path in map(Path(parent).joinpath, sorted(files)) if path.exists())


def planned_changes(event: dict[str, Any]) -> Changes | None:
    """Return the changes of a plan from its summary event; None for other events."""
    if event.get("type") != "change_summary" or event["changes"].get("operation") != "plan":
        return None
    numbers = event["changes"]
    return Changes(
        add=numbers.get("add", 0),
        change=numbers.get("change", 0),
        remove=numbers.get("remove", 0),
        taken_over=numbers.get("import", 0),
    )
