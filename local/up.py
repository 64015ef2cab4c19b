"""``up``: starts the server, synthesizes and deploys the stack, runs the conversation, and stays in the foreground."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.errors import ExpectedError
from local.certificates import telling_of_a_new_authority
from local.console import say
from local.deployment.deploy_mode import deploy
from local.deployment.outputs import export_line, kept_outputs, local_outputs, read_credentials, users_of
from local.deployment.synthesis import synthesized
from local.errors import LocalAwsError
from local.process import (
    ROOT,
    Ports,
    StartedServer,
    deploying,
    running_and_ready,
    start,
    stop,
)
from local.server_watch import ServerWatch
from local.web.build import WebBuild
from terraform.requests import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.deploy_mode import DeployMode
    from local.embedded.environment import DataDirectory
    from local.instance import Instance


@dataclass(frozen=True, slots=True)
class UpOptions:
    """The options of ``up``."""

    directory: DataDirectory
    ports: Ports
    detach: bool
    deploy: DeployMode
    conversation: bool
    web: bool
    is_repairing: bool = False
    """Set damaged data aside instead of refusing to start."""


def up(options: UpOptions) -> int:
    """Start or update the backend from the current sources; idempotent.

    A second ``up`` uses the running server, deploys the changes and returns: the server belongs to the process that
    started it.

    Raises:
        LocalAwsError: it failed; the server is stopped if this call started it.
    """
    begun = time.monotonic()
    with _interruptible():
        with deploying(options.directory, say=say):
            instance, started = _server(options)
            try:
                with _building(options) as web, _watching(options, instance, started):
                    outputs = _bring_up(options, instance)
                    _hints(outputs, options.directory, instance, time.monotonic() - begun)
                    has_client = web is not None and web.finish(say=say)
                    _next_steps(outputs, is_attached=started is not None and not options.detach, has_client=has_client)
            except BaseException:
                if started is not None:
                    stop(options.directory, say=say)
                raise
        if started is None or options.detach:
            return 0
        return _stay(started, options)


def _server(options: UpOptions) -> tuple[Instance, StartedServer | None]:
    there = running_and_ready(options.directory)
    if there is None:
        try:
            with telling_of_a_new_authority(options.directory.certificates, say):
                started = start(
                    options.directory,
                    options.ports,
                    attached=not options.detach,
                    is_repairing=options.is_repairing,
                    say=say,
                )
        except ExpectedError:
            there = running_and_ready(options.directory)  # a server that a killed `up` had begun to start
            if there is None:
                raise
        else:
            say(f"Started the local AWS: process {started.instance.pid}, {started.instance.url}")
            return started.instance, started
    say(f"The local AWS is already running: process {there.pid}, {there.url}. Deploying changes.")
    ports = options.ports
    kept = [(ports.plain, there.port), (ports.secure, there.tls_port), (ports.web, there.web_port)]
    if any(wanted not in {None, 0, actual} for wanted, actual in kept):
        numbers = ", ".join(str(actual) for _wanted, actual in kept)
        say(f"(It keeps the ports {numbers}; `make down` first to move it.)")
    return there, None


@contextlib.contextmanager
def _watching(options: UpOptions, instance: Instance, started: StartedServer | None) -> Iterator[None]:
    """Interrupt the block if the server ends.

    Raises:
        LocalAwsError: the server has ended.
    """
    watch = ServerWatch(options.directory, instance, None if started is None else started.process, say=say)
    try:
        with watch:
            yield
    except BaseException as error:
        if not watch.explains(error):
            raise
        logs = options.directory.logs
        message = (
            f"The local AWS (process {instance.pid}) ended during `up`; see {logs / 'server.log'} and "
            f"{logs / 'process.log'}. Run `make up` again; acknowledged data is kept."
        )
        raise LocalAwsError(message) from error


@contextlib.contextmanager
def _building(options: UpOptions) -> Iterator[WebBuild | None]:
    """Build the web client in the background; if the build fails, the backend still starts."""
    web = WebBuild(options.directory) if options.web else None
    if web is not None:
        web.start()
    try:
        yield web
    except BaseException:
        if web is not None:
            web.cancel()
        raise


def _bring_up(options: UpOptions, instance: Instance) -> dict[str, Any]:
    directory = options.directory
    try:
        stack = synthesized(ROOT, directory.stack, say=say)
        stack_outputs = deploy(stack, options.deploy, directory, instance, say=say)
    except DeploymentError as error:
        raise LocalAwsError(str(error)) from error
    outputs = local_outputs(stack_outputs, directory, instance)
    outputs["Users"] = users_of(kept_outputs(directory))
    # Its clients take time to import.
    from local.conversation import converse  # noqa: PLC0415
    from local.demo.users import ensure_users  # noqa: PLC0415
    from local.web.configuration import configure_web_client  # noqa: PLC0415

    outputs["Users"] = ensure_users(outputs, directory, say=say)
    configure_web_client(directory, outputs)
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
        f"  TLS authority      {outputs['CertificateAuthority']}",
        f"  Web client         {outputs['WebURL']}",
        f"  Users              {', '.join(user['username'] for user in outputs['Users'].values())}",
        f"All outputs and the passwords are in {directory.root / 'outputs.json'}.",
        "The AWS CLI and SDKs need the credentials of this run; they change at each start:",
        f"  {export_line(read_credentials(directory), instance.url)}",
    ]
    say("\n".join(lines))


def _next_steps(outputs: dict[str, Any], *, is_attached: bool, has_client: bool) -> None:
    """Print the next steps for a new user."""
    where = "another terminal" if is_attached else "this terminal"
    lines = [f"  `make chat` in {where}: chat as Alice and Bob side by side."]
    if has_client:
        lines.insert(0, f"  {outputs['WebURL']} in two browser tabs: sign in as Alice in one and as Bob in the other.")
    end = "Ctrl-C stops it" if is_attached else "`make down` stops it"
    say("\n".join(["", "To try it:", *lines, f"{end}; the data is kept."]))


def _stay(started: StartedServer, options: UpOptions) -> int:
    """Wait for Ctrl-C, SIGTERM or the end of the server."""
    try:
        code = started.process.wait()
    except KeyboardInterrupt:
        say("\nStopping ...")
        stop(options.directory, say=say)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.process.wait(timeout=5)
        say("Stopped; the data is kept.")
        return 0
    if code == 0:
        say("The local AWS was stopped.")
        return 0
    log = options.directory.logs / "server.log"
    message = (
        f"The local AWS ended unexpectedly (code {code}); see {log}. Run `make up` again; acknowledged data is kept."
    )
    raise LocalAwsError(message)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Treat SIGTERM and SIGHUP like Ctrl-C, so that what was started is stopped."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if number == signal.SIGTERM or handler != signal.SIG_IGN:  # nohup ignores SIGHUP
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
