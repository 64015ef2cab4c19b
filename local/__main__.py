"""The command line of the local AWS: ``python -m local COMMAND``.

Commands import packages outside the standard library only when they need them, so that ``down``, ``status``, ``clean``
and ``--help`` work before anything is installed.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.commands import Parser, whole_number
from common.deploy_mode import DeployMode
from common.error_messages import missing_package
from common.errors import ExpectedError
from common.exit_codes import INTERRUPTED
from common.json_documents import parse_json
from common.owned_folder import Purpose, purpose_of
from common.system_errors import data_directory, describe
from local.console import say
from local.data_folder import left_alone
from local.deployment.outputs import DEFAULT_DIRECTORY, export_line, read_credentials
from local.embedded.environment import DataDirectory
from local.errors import LocalAwsError
from local.instance import WEB_PORT
from local.private_files import OWNER_ONLY
from local.process import Ports, clean, running, stop

if TYPE_CHECKING:
    from collections.abc import Callable

_FAILED = 1
_LARGEST_DESCRIPTOR = 2**31 - 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 for success, 1 for a failure with one message, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    os.umask(OWNER_ONLY)  # only the user who runs this may read state, secrets and logs
    try:
        options.directory = _located(options.directory, is_link_kept=options.run is _clean)
        code: int = options.run(options)
    except ExpectedError as error:
        return _failed(options, str(error))
    except OSError as error:
        return _failed(options, f"Failed: {describe(error, options.directory, data_directory(options.directory))}")
    except Exception as error:  # noqa: BLE001 - a traceback is for a log
        return _failed(options, _unexpected(error, options.directory))
    except KeyboardInterrupt:
        print("\nInterrupted. Completed steps are kept; run the same command again to continue.", file=sys.stderr)
        return INTERRUPTED
    return code


def _failed(options: argparse.Namespace, message: str) -> int:
    print(f"\n{message}" if options.run is _up else message, file=sys.stderr)
    return _FAILED


def _unexpected(error: Exception, directory: Path) -> str:
    """Return a one-sentence message for an unexpected error; write its traceback to a file."""
    if isinstance(error, ImportError) and (text := missing_package(error)):
        return text
    summary = (str(error).strip() or type(error).__name__).splitlines()[0]
    for folder in (directory / "logs", Path(tempfile.gettempdir())):
        with suppress(OSError):
            if folder.parent == directory and purpose_of(directory) is not Purpose.DATA:
                continue
            descriptor, file = tempfile.mkstemp(prefix="command-error-", suffix=".log", dir=folder)
            with os.fdopen(descriptor, "w", encoding="utf-8") as log:
                log.writelines(traceback.format_exception(error))
            return f"Failed: {summary}. Details are in {file}."
    return f"Failed: {type(error).__name__}: {summary}."


def _located(directory: Path, *, is_link_kept: bool) -> Path:
    """Return the absolute path of the data directory, with symbolic links resolved.

    Args:
        directory: the path as the user entered it.
        is_link_kept: do not resolve the last part of the path if it is a symbolic link, so that its target is not
            deleted.

    Raises:
        LocalAwsError: no folder can exist at this path.
    """
    try:
        str(directory).encode()
        if directory.is_symlink() and is_link_kept:
            return directory.parent.resolve() / directory.name
        if directory.is_symlink() and not directory.exists():
            message = (
                f"{directory} is a symbolic link to {directory.readlink()}, which does not exist. "
                "Create that directory, or remove the link."
            )
            raise LocalAwsError(message)
        return directory.resolve()
    except UnicodeEncodeError as error:
        message = f"{os.fsencode(directory)!r} is not valid UTF-8. Use another directory: LOCAL_DIRECTORY=..."
        raise LocalAwsError(message) from error
    except RuntimeError as error:  # before Python 3.13
        message = f"{directory} is a symbolic link to itself. Remove it."
        raise LocalAwsError(message) from error


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m local", description="Runs the chat backend on this machine, in the local AWS.")
    commands = parser.add_subparsers(required=True, metavar="command")

    up_parser = _command(commands, "up", _up, "start the local AWS, deploy the stack, and run a demo conversation")
    _add_ports(up_parser)
    up_parser.add_argument("--detach", action="store_true", help="return when ready and keep running in the background")
    up_parser.add_argument(
        "--deploy",
        type=_deploy_mode,
        metavar=f"{{{','.join(DeployMode)}}}",
        default=os.environ.get("CHAT_LOCAL_DEPLOY", DeployMode.AUTO),
        help="how to deploy the stack (default: Terraform if it is available)",
    )
    up_parser.add_argument("--no-conversation", action="store_true", help="do not create the demo conversation")
    _add_repair(up_parser)
    up_parser.add_argument("--no-web", action="store_true", help="do not build the web client")

    _command(commands, "down", _down, "stop the local AWS and keep its data")
    _command(commands, "clean", _clean, "stop the local AWS and delete its data")
    _command(commands, "status", _status, "show whether the local AWS runs, and its URLs")

    _command(
        commands, "credentials", _credentials, "print a shell command that configures AWS clients for the local AWS"
    )

    graphql_parser = _command(commands, "graphql", _graphql, "run one GraphQL operation as a demo user")
    graphql_parser.add_argument("document", help="the operation; - for standard input")
    graphql_parser.add_argument("--variables", type=_json_object, default={}, metavar="JSON", help="a JSON object")
    graphql_parser.add_argument("--as", dest="user", default="alice", metavar="NAME", help="demo user (alice)")
    graphql_parser.add_argument("--operation", metavar="NAME", help="the operation to run if the document has several")

    _command(commands, "chat", _chat, "chat as Alice and Bob side by side in this terminal")

    serve_parser = _command(commands, "serve", _serve, "run the local AWS without a deployment (used by `up`)")
    _add_ports(serve_parser)
    _add_repair(serve_parser)
    serve_parser.add_argument(
        "--report",
        type=whole_number(0, _LARGEST_DESCRIPTOR),
        default=None,
        help="file descriptor to write to when ready",
    )
    serve_parser.add_argument("--until-eof", action="store_true", help="stop at the end of standard input")
    return parser


def _command(commands: Any, name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:  # noqa: ANN401
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    parser.add_argument(
        "--directory",
        type=Path,
        default=Path(os.environ.get("CHAT_LOCAL_DIRECTORY") or DEFAULT_DIRECTORY),
        help="directory of data, logs and outputs (default: .local)",
    )
    return parser


def _add_repair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="set damaged data aside and continue with the rest")


def _add_ports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=os.environ.get("CHAT_LOCAL_PORT", "4566"), help="0: any")
    parser.add_argument("--tls-port", type=_port, default=os.environ.get("CHAT_LOCAL_TLS_PORT", "4567"), help="0: any")
    parser.add_argument(
        "--web-port",
        type=_port,
        default=os.environ.get("CHAT_LOCAL_WEB_PORT") or None,
        help=f"0: any; default: {WEB_PORT}, or any free port if it is in use",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the highest port
        message = f"{text!r} is not a port (0 to 65535)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _ports(options: argparse.Namespace) -> Ports:
    """Return the requested ports.

    Raises:
        LocalAwsError: a port is requested twice.
    """
    names = {"PORT": options.port, "TLS_PORT": options.tls_port, "WEB_PORT": options.web_port}
    for port in filter(None, names.values()):
        same = [name for name, other in names.items() if other == port]
        if len(same) > 1:
            message = f"{' and '.join(same)} are both {port}. Choose different ports."
            raise LocalAwsError(message)
    return Ports(options.port, options.tls_port, options.web_port)


def _can_wait_for_the_end(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    return not stat.S_ISREG(status.st_mode) and not os.path.samestat(status, os.stat(os.devnull))  # noqa: PTH116


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = parse_json(text)
    except ValueError as error:
        message = f"not JSON: {error}"
        raise argparse.ArgumentTypeError(message) from None
    if not isinstance(value, dict):
        message = f"{text!r} is not a JSON object"
        raise argparse.ArgumentTypeError(message)
    return value


def _deploy_mode(text: str) -> DeployMode:
    try:
        return DeployMode(text)
    except ValueError:
        message = f"{text!r} is not one of {', '.join(DeployMode)}"
        raise argparse.ArgumentTypeError(message) from None


def _up(options: argparse.Namespace) -> int:
    from local.up import UpOptions, up  # noqa: PLC0415 - needs the installation

    return up(
        UpOptions(
            directory=DataDirectory(options.directory),
            ports=_ports(options),
            detach=options.detach,
            deploy=options.deploy,
            conversation=not options.no_conversation,
            web=not options.no_web,
            is_repairing=options.repair,
        )
    )


def _down(options: argparse.Namespace) -> int:
    stopped = stop(DataDirectory(options.directory), say=say)
    say("Stopped; the data is kept." if stopped else "The local AWS was not running.")
    return 0


def _clean(options: argparse.Namespace) -> int:
    if not clean(DataDirectory(options.directory), say=say):
        say("There is nothing to delete.")
        return 0
    left = left_alone(options.directory)
    for path in left:
        say(f"{path} was not created by the chat backend and was not deleted.")
    say(f"Deleted everything else in {options.directory}." if left else f"Deleted {options.directory}.")
    return 0


def _status(options: argparse.Namespace) -> int:
    instance = running(DataDirectory(options.directory))
    if instance is None:
        say("The local AWS is not running. `make up` starts it.")
        return _FAILED
    say(f"The local AWS is running: process {instance.pid} on {instance.url} (TLS: port {instance.tls_port}).")
    say(f"Web client: {instance.web_url}")
    return 0


def _credentials(options: argparse.Namespace) -> int:
    directory = DataDirectory(options.directory)
    instance = running(directory)
    if instance is None:
        message = "The local AWS is not running; credentials are valid only while it runs. `make up` starts it."
        raise LocalAwsError(message)
    print(export_line(read_credentials(directory), instance.url))
    return 0


def _graphql(options: argparse.Namespace) -> int:
    from local.demo.graphql_command import run_operation  # noqa: PLC0415 - its clients take time to import

    return run_operation(
        DataDirectory(options.directory),
        options.document,
        variables=options.variables,
        name=options.user,
        operation=options.operation,
    )


def _chat(options: argparse.Namespace) -> int:
    from local.demo.chat.command import chat  # noqa: PLC0415 - the terminal's library takes time to import

    return chat(DataDirectory(options.directory))


def _serve(options: argparse.Namespace) -> int:
    from local.serving import serve  # noqa: PLC0415 - needs the installation

    if options.until_eof and not _can_wait_for_the_end(sys.stdin.fileno()):
        message = "--until-eof requires that standard input is a pipe or a terminal, not a file."
        raise LocalAwsError(message)
    serve(
        DataDirectory(options.directory),
        _ports(options),
        report=options.report,
        until_eof=options.until_eof,
        is_repairing=options.repair,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
