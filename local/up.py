"""``up``: start, synthesize, deploy, let two people talk, and stay."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.console import say
from local.deployment.outputs import local_outputs, read_outputs, write_outputs
from local.deployment.requests import DeploymentError
from local.deployment.synthesis import synthesized
from local.deployment.way import Way, deploy
from local.process import (
    ROOT,
    Instance,
    LocalBackendError,
    Ports,
    StartedServer,
    deploying,
    running,
    start,
    stop,
    wait_until_ready,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.embedded.environment import DataDirectory


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What ``up`` was asked for."""

    directory: DataDirectory
    ports: Ports
    detach: bool
    deploy: Way
    conversation: bool


def up(options: UpOptions) -> int:
    """Bring the backend of the current sources up; idempotent.

    A second ``up`` uses the server that is already running, deploys what has changed since, and returns: the server
    belongs to whoever started it.

    Raises:
        LocalBackendError: it did not come up; the server is stopped if this call started it.
    """
    begun = time.monotonic()
    with _interruptible():
        with deploying(options.directory, say=say):
            instance, started = _server(options)
            try:
                outputs = _bring_up(options, instance)
            except BaseException:
                if started is not None:
                    stop(options.directory, say=say)
                raise
        _hints(outputs, options.directory, instance, time.monotonic() - begun)
        if started is None or options.detach:
            return 0
        return _stay(started, options)


def _server(options: UpOptions) -> tuple[Instance, StartedServer | None]:
    there = running(options.directory)
    if there is None:
        started = start(options.directory, options.ports, attached=not options.detach, say=say)
        say(f"Started the local AWS: process {started.instance.pid}, {started.instance.url}")
        return started.instance, started
    wait_until_ready(there)
    say(f"The local AWS is already running: process {there.pid}, {there.url}. Deploying what has changed since.")
    wanted = {options.ports.plain: there.port, options.ports.secure: there.tls_port}
    if any(port not in {0, actual} for port, actual in wanted.items()):
        say(f"(It keeps its ports {there.port} and {there.tls_port}; `make down` first to move it.)")
    return there, None


def _bring_up(options: UpOptions, instance: Instance) -> dict[str, Any]:
    directory = options.directory
    try:
        stack = synthesized(ROOT, directory.root / "stack", say=say)
        stack_outputs = deploy(stack, options.deploy, directory, instance, say=say)
    except DeploymentError as error:
        raise LocalBackendError(str(error)) from error
    outputs = local_outputs(stack_outputs, directory, instance)
    before = read_outputs(directory)
    if "Users" in before:
        outputs["Users"] = before["Users"]
    write_outputs(directory, outputs)
    from local.conversation import converse, ensure_users  # noqa: PLC0415 - its clients take time to import

    outputs["Users"] = ensure_users(outputs)
    write_outputs(directory, outputs)
    if options.conversation:
        converse(outputs, say=say)
    return outputs


def _hints(outputs: dict[str, Any], directory: DataDirectory, instance: Instance, seconds: float) -> None:
    lines = [
        "",
        f"The chat backend is up after {seconds:.1f} s. Point a client at:",
        f"  GraphQL            {outputs['GraphQLURL']}   {outputs['GraphQLSecureURL']}",
        f"  Subscriptions      {outputs['RealtimeURL']}   {outputs['RealtimeSecureURL']}",
        f"  Cognito            {outputs['CognitoEndpoint']}",
        f"                     pool {outputs['UserPoolId']}, client {outputs['UserPoolClientId']}",
        f"  Any AWS service    AWS_ENDPOINT_URL={instance.url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test",
        f"  TLS authority      {outputs['CertificateAuthority']}",
        f"  Users              {', '.join(user['username'] for user in outputs['Users'].values())}",
        f"All of it, with the passwords, is in {directory.root / 'outputs.json'}.",
    ]
    say("\n".join(lines))


def _stay(started: StartedServer, options: UpOptions) -> int:
    """Stay in the foreground until Ctrl-C, SIGTERM or the server's own end."""
    say("Ctrl-C stops it; its data stays.")
    try:
        code = started.process.wait()
    except KeyboardInterrupt:
        say("\nStopping ...")
        stop(options.directory, say=say)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.process.wait(timeout=5)
        say("Stopped; its data stays.")
        return 0
    if code == 0:
        say("The server was stopped.")
        return 0
    message = f"The server ended by itself (code {code}). See {options.directory.logs / 'server.log'}."
    raise LocalBackendError(message)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C: stop what was started."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
