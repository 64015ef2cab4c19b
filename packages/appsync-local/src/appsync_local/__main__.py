"""Runs AWS AppSync's data plane locally, for an API defined by the files of a folder.

    appsync-local setup                       install the npm packages of the JavaScript runtime, once
    appsync-local new notes                   write an example API into a new folder
    appsync-local check notes                 report what AppSync would reject
    appsync-local serve notes                 serve it at http://127.0.0.1:8000/graphql
    appsync-local token notes alice           print an access token of its user pool
    appsync-local evaluate-code --code request.js --context context.json --function request

Exit codes: 0 success, 1 failure or rejected, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import sys
from pathlib import Path
from typing import Final

from appsync_local.backend import AwsError
from appsync_local.evaluate_code import RUNTIME, evaluate_code
from appsync_local.javascript import node_packages
from appsync_local.javascript.node_process import NodeMissingError
from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.standalone.configuration import ConfigurationError, read_configuration

_EXAMPLE: Final = Path(__file__).parent / "standalone" / "example"
_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # at INFO it logs URLs with tokens
    try:
        code: int = options.run(options)
    except (ConfigurationError, NodeMissingError, node_packages.NodePackagesError) as error:
        print(error, file=sys.stderr)
        return _FAILED
    except OSError as error:
        print(f"{error.filename or 'It did not work'}: {error.strerror or error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="appsync-local", description=__doc__, formatter_class=form)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    setup = commands.add_parser("setup", help="install what the JavaScript runtime needs of npm, for this user")
    setup.set_defaults(run=_setup)

    new = commands.add_parser("new", help="write an example API")
    new.add_argument("folder", type=Path, help="a folder that is not there yet")
    new.set_defaults(run=_new)

    check = commands.add_parser("check", help="say what AppSync would refuse")
    _add_folder(check)
    check.set_defaults(run=_check)

    serve = commands.add_parser("serve", help="serve an API over HTTP and WebSocket")
    _add_folder(serve)
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="0 takes any that is free (default: %(default)s)")
    serve.set_defaults(run=_serve)

    token = commands.add_parser("token", help="print an access token of an API's user pool")
    token.add_argument("folder", type=Path, help="the folder of the API")
    token.add_argument("username")
    token.add_argument("--group", action="append", default=[], help="a group that the user is in; may be repeated")
    token.add_argument("--seconds", type=int, default=3600, help="how long it is good (default: %(default)s)")
    token.set_defaults(run=_token)

    evaluate = commands.add_parser("evaluate-code", help="run one handler, as AWS's EvaluateCode does")
    evaluate.add_argument("--code", type=Path, required=True, help="a file of APPSYNC_JS")
    evaluate.add_argument("--context", type=Path, required=True, help="a file with the JSON of ctx")
    evaluate.add_argument("--function", choices=["request", "response"], required=True, help="the handler")
    evaluate.set_defaults(run=_evaluate)
    return parser


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), help="the folder of the API (default: this one)"
    )


def _setup(_options: argparse.Namespace) -> int:
    if node_packages.are_installed():
        print("The packages are installed already.")
    else:
        print(f"Installed into {node_packages.install()}.")
    return _DONE


def _new(options: argparse.Namespace) -> int:
    shutil.copytree(_EXAMPLE, options.folder, ignore=shutil.ignore_patterns("__pycache__"))
    print(f"Written. `appsync-local serve {options.folder}` serves it.")
    return _DONE


def _check(options: argparse.Namespace) -> int:
    from appsync_local.standalone.serving import problems_of  # noqa: PLC0415 - the other commands start without it

    api = read_configuration(options.folder)
    _require_packages()

    async def check() -> list[str]:
        async with JavaScriptRuntime(threads=1) as runtime:
            return await problems_of(api, runtime)

    problems = asyncio.run(check())
    print("\n".join(problems) or "AppSync would take it.")
    return _FAILED if problems else _DONE


def _serve(options: argparse.Namespace) -> int:
    from appsync_local.standalone.serving import serve  # noqa: PLC0415 - the other commands start without it

    api = read_configuration(options.folder)
    _require_packages()
    host = f"[{options.host}]" if ":" in options.host else options.host

    def ready(port: int) -> None:
        print(f"{api.name} is served at http://{host}:{port}/graphql", flush=True)

    serve(api, options.host, options.port, ready=ready)
    return _DONE


def _token(options: argparse.Namespace) -> int:
    from appsync_local.standalone.user_pool import sign_token  # noqa: PLC0415 - the other commands start without it

    print(sign_token(read_configuration(options.folder), options.username, options.group, seconds=options.seconds))
    return _DONE


def _evaluate(options: argparse.Namespace) -> int:
    request = {
        "runtime": RUNTIME,
        "code": options.code.read_text(encoding="utf-8"),
        "context": options.context.read_text(encoding="utf-8"),
        "function": options.function,
    }
    _require_packages()

    async def evaluate() -> dict[str, object]:
        async with JavaScriptRuntime(threads=1) as runtime:
            return await evaluate_code(request, runtime)

    try:
        answer = asyncio.run(evaluate())
    except AwsError as error:
        print(error, file=sys.stderr)
        return _FAILED
    print(json.dumps(answer, indent=2))
    return _FAILED if "error" in answer else _DONE


def _require_packages() -> None:
    if not node_packages.are_installed():
        raise ConfigurationError("The packages of the JavaScript runtime are missing: run `appsync-local setup` once.")


if __name__ == "__main__":
    sys.exit(main())
