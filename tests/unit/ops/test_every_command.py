"""Tests that no command prints a traceback: with --help, and with missing, wrong and hostile arguments and files.

Commands and their options are discovered. They run in this process, in a folder with a synthesized release, without
external programs, without an event loop, and with an unreachable AWS.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import boto3
import pytest
import uvloop

from common.exit_codes import FAILED, INTERRUPTED, USAGE
from ops.order import PromotionOrder
from tests.helpers.commands import (
    NOT_FOR_PEOPLE,
    ROOT,
    Command,
    Option,
    captured,
    commands,
    documented_codes,
    options_of,
)
from tests.helpers.environments import FROZEN
from tests.helpers.once import synthesized_by_main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMANDS = commands()
WITH_OPTIONS = [(command, option) for command in COMMANDS for option in options_of(command)]
NUMBERS = ("", "x", "-1", "0", "1.5", "9" * 30, "nan", "inf", "1e400", "\0")
TEXTS = ("", "x", "-", "yesterday", "../../etc/passwd", "arn:aws:nothing", "a" * 5_000, "\udcff", "\0", "{}", "qa")
DIGEST = "0" * 64
SAMPLES = {
    "digest": DIGEST,
    "document": "{ me { id } }",
    "environment": "dev",
    "function": "notifications",
    "package": "checkov==3.3.13",
    "request_id": "f" * 36,
}
"""Destination of a required argument -> a valid value."""
DRIFT = "python -m ops drift"
ONE_OF = {"python -m ops rollback": ("--list",)}
"""Command -> one of several arguments, of which one is required."""
ALONGSIDE = {"accounts": ("--outputs", "{place}/deployed.json"), "cognito": ("--outputs", "{place}/deployed.json")}
"""Destination of an option -> the arguments without which it is not read."""
WRITTEN = {"out", "record", "json_file", "output", "deployment"}
"""Destinations of output files, which are overwritten."""
ANSWERS = ("missing/", "is needed", "AWS cannot be reached", "terraform does not exist", "checkov", "bin/python")
"""Possible errors on such a machine before a file is read."""
DEPLOYED = {
    "GraphQLAPIURL": "http://127.0.0.1:1/graphql",
    "Region": "eu-west-1",
    "UserPoolId": "eu-west-1_x",
    "UserPoolClientId": "x",
}
SENTENCE_CHARACTERS = 700
USAGE_LINE = re.compile(r"(?i)\busage: ")
INTERNAL = re.compile(
    r"Traceback|This is a defect|Details are in"
    r"|\w+(Error|Exception)\(|invalid \w+ value|\b_\w+|Errno|<class|object at 0x"
)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of `make synth`."""
    return Path(
        shutil.copytree(synthesized_by_main(tmp_path_factory), tmp_path_factory.mktemp("release") / "cdktf.out")
    )


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    """Return a cache of the descriptions of AWS's services, which are slow to read."""
    return boto3.Session("test", "test")


@pytest.fixture
def place(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    release: Path,
    session: boto3.Session,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """Prepare a folder with a release and files, without external programs, network and AWS credentials."""
    # Other tests of this process may have imported it; a starting server imports it as well.
    monkeypatch.delitem(sys.modules, "ministack.app", raising=False)

    def missing_program(command: Any, *_arguments: object, **_options: object) -> NoReturn:  # noqa: ANN401 - a command
        program = command if isinstance(command, str) else command[0]
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(program))

    def interrupted(*arguments: Any, **_options: object) -> NoReturn:  # noqa: ANN401 - a coroutine
        arguments[0].close()
        raise KeyboardInterrupt

    for name in [name for name in os.environ if name.startswith(("AWS_", "CHAT_", "CDKTF_", "TF_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **FROZEN,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    monkeypatch.setattr(subprocess, "Popen", missing_program)
    monkeypatch.setattr(os, "posix_spawn", missing_program)
    monkeypatch.setattr(asyncio, "run", interrupted)
    monkeypatch.setattr(uvloop, "run", interrupted)
    monkeypatch.setattr("ops.smoke._ATTEMPTS", 1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    (tmp_path / "cdktf.out").symlink_to(release)
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.tfplan").write_bytes(b"a plan")
    (tmp_path / "deployed.json").write_text(
        json.dumps({name: {"value": value} for name, value in DEPLOYED.items()}), encoding="utf-8"
    )
    environment, mask = dict(os.environ), os.umask(0o22)
    yield tmp_path
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)


def needed(command: Command, given: Option | None = None) -> list[str]:
    """Return the required arguments of a command, except one that is passed separately."""
    words = [*ONE_OF.get(str(command), ())]
    for option in options_of(command):
        if option != given and option.is_needed:
            words += words_of(option)
    return words


def words_of(option: Option) -> list[str]:
    """Return an option with a valid value, or with a missing file."""
    value = next(iter(option.choices), "") or SAMPLES.get(option.name) or f"missing/{option.name}"
    return [option.flag, value] if option.flag else [value]


def usage_code(command: Command) -> int:
    """Return the exit code for wrong usage; the exit code for drift is a result, as in Terraform."""
    return FAILED if str(command) == DRIFT else USAGE


def ended(command: Command, arguments: list[str]) -> tuple[int, str]:
    """Run a command; check the rules that hold for every command; return its exit code and output."""
    with captured() as (output, errors):
        code = command.main(arguments)
    shown = f"{command} {' '.join(map(ascii, arguments))[:300]} ended with {code}:\n{errors.getvalue()}"
    assert code in documented_codes(command) | {INTERRUPTED}, f"not a documented code: {shown}"
    assert not INTERNAL.search(errors.getvalue() + output.getvalue()), shown
    if code:
        said = USAGE_LINE.split(errors.getvalue())[-1] or output.getvalue()
        assert said.strip(), f"nothing said: {shown}"
        assert len(said) <= SENTENCE_CHARACTERS + len(" ".join(arguments)), f"too long: {shown}"
    return code, errors.getvalue()


def assert_nothing_is_written(place: Path) -> None:
    assert {entry.name for entry in place.iterdir()} == {"cdktf.out", "deployed.json", "plan"}


def test_the_commands_are_found() -> None:
    found = set(map(str, COMMANDS))
    assert {
        "python main.py",
        "python -m local up",
        "python -m benchmarks load",
        "python -m ops plan-store get",
    } <= found
    assert all((ROOT / Path(*name.split("."))).with_suffix(".py").is_file() for name in NOT_FOR_PEOPLE)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_help(command: Command, place: Path) -> None:
    with captured() as (output, errors):
        code = command.main(["--help"])
    assert (code, errors.getvalue()) == (0, ""), output.getvalue()
    assert USAGE_LINE.match(output.getvalue())
    assert_nothing_is_written(place)


@pytest.mark.parametrize("argument", ["--no-such-option", "surplus"])
@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_an_unknown_argument(command: Command, argument: str, place: Path) -> None:
    if command.has_more:
        pytest.skip("its commands are tried each")
    optional = [one for one in options_of(command) if not (one.flag or one.is_needed) and one.name in SAMPLES]
    code, said = ended(command, [*needed(command), *(word for one in optional for word in words_of(one)), argument])
    assert code == usage_code(command)
    assert USAGE_LINE.match(said)
    assert argument in said.splitlines()[-1]
    assert_nothing_is_written(place)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_missing_required_arguments(command: Command, place: Path) -> None:
    if not any(option.is_needed for option in options_of(command)):
        pytest.skip("it needs nothing")
    code, said = ended(command, [])
    assert code == usage_code(command)
    assert "required" in said or "Missing" in said
    if not command.has_more:
        flags = [option.flag for option in options_of(command) if option.is_needed and option.flag]
        assert [flag for flag in flags if flag not in said] == []
    assert_nothing_is_written(place)


@pytest.mark.parametrize(
    ("command", "option"), WITH_OPTIONS, ids=[f"{command} {option.name}" for command, option in WITH_OPTIONS]
)
def test_a_hostile_value(command: Command, option: Option, place: Path) -> None:
    alongside = [word.format(place=place) for word in ALONGSIDE.get(option.name, ())]
    values = hostile_values(option, place)
    before = contents(place / "files")
    for value in values:
        given = [f"{option.flag}={value}"] if option.flag else ["--", value]
        code, said = ended(command, [*needed(command, option), *alongside, *given])
        if option.takes == "path" and code == FAILED and not USAGE_LINE.match(said):
            assert any(
                name in ascii(said)
                for name in (ascii(value[:100])[1:-1], ascii(str(Path(value).parent))[1:-1] + " ", *ANSWERS)
            ), said
    after = contents(place / "files")
    if option.name not in WRITTEN:
        assert {file: after.get(file) for file in before} == before


def hostile_values(option: Option, place: Path) -> list[str]:
    """Return the values to try, by the type of the option."""
    if option.takes == "path":
        return hostile_paths(place / "files")
    if option.takes == "text":
        return [*TEXTS]
    return [*NUMBERS, *TEXTS]


def hostile_paths(folder: Path) -> list[str]:
    """Create files that no command expects; return their paths, and impossible paths."""
    files = {
        "empty": b"",
        "binary": bytes(range(256)),
        "not-utf-8.json": b'{"name": "\xff"}',
        "object.json": b"{}",
        "list.json": b"[]",
        "null.json": b"null",
        "number.json": b"7",
        "broken.json": b'{"a": ',
        "deep.json": b"[" * 100_000,
        "strings.json": b'{"a": "b", "GraphQLAPIURL": {"value": 7}}',
        "plan.json": b'{"format_version": "1.2", "resource_changes": [{"mode": "managed"}]}',
        "plan-of-lists.json": b'{"format_version": "1.2", "resource_changes": {"a": 1}, "prior_state": []}',
        "table.toml": b'approval = "all"\n',
    }
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    stacks = {"list": "[]", "object": "{}", "null": "null", "wrong": '{"resource": [], "provider": 7}', "broken": "{"}
    for name, text in stacks.items():
        for environment in PromotionOrder.load().environments:
            stack = folder / f"stacks-{name}" / f"chat-{environment}"
            stack.mkdir(parents=True, exist_ok=True)
            (stack / "cdk.tf.json").write_text(text, encoding="utf-8")
    if not (folder / "loop").is_symlink():
        (folder / "loop").symlink_to(folder / "loop")
    closed = folder / "closed"
    closed.write_bytes(b"{}")
    closed.chmod(0)
    made = [*files, *(f"stacks-{name}" for name in stacks), "loop", "closed", "missing", "object.json/below"]
    return [*(str(folder / name) for name in made), "/proc/nope", "", "\0", "a" * 5_000, "\udcff", "/"]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every readable file below a folder."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file() and os.access(file, os.R_OK):
            found[str(file)] = file.read_bytes()
    return found


# --- AWS refuses or does not respond ---

DEV = ["--environment", "dev"]
ASKED = {
    Command("ops", ("plan-store", "put")): [[*DEV, "--folder", "plan", "--name", "1"]],
    Command("ops", ("plan-store", "get")): [[*DEV, "--folder", "fetched", "--digest", DIGEST]],
    Command("ops", ("quotas",)): [],
    Command("ops", ("redrive",)): [["list", *DEV], ["peek", "notifications", *DEV], ["run", "notifications", *DEV]],
    Command("ops", ("restore",)): [["window", *DEV], ["run", *DEV, "--generation", "x1", "--latest"]],
    Command("ops", ("rollback",)): [[*DEV, "--list"], [*DEV, "--to", "20300102T030405Z-000001-000000000000"]],
}
"""Command -> the arguments with which it calls AWS, if it does; other commands need only their required arguments."""
WITH_AWS = [
    (command, arguments)
    for command in COMMANDS
    if any(option.name == "environment" and option.is_needed for option in options_of(command))
    for arguments in ASKED.get(command, [needed(command)])
]
IDS = [f"{command} {' '.join(arguments)}" for command, arguments in WITH_AWS]
REFUSALS = {
    "AccessDeniedException": "Use a role that may do this",
    "ExpiredToken": "Sign in to AWS again",
    "UnrecognizedClientException": "Sign in to AWS again",
    "ResourceNotFoundException": "Check account and region",
    "ThrottlingException": "Wait a minute",
    "NobodyKnowsThis": "",
}


@pytest.fixture(scope="module")
def refusing() -> Iterator[Callable[[str], str]]:
    """Return an AWS that refuses every request with one error; the address contains the error's code."""

    class Handler(BaseHTTPRequestHandler):
        code = ""

        def answer(self) -> None:
            """Refuse the request in the format of the service."""
            self.rfile.read(int(self.headers.get("content-length") or 0))
            service = self.headers.get("authorization", "").partition("/aws4_request")[0].rpartition("/")[2]
            error = f"<Error><Code>{self.code}</Code><Message>Not today.</Message></Error>"
            body = {
                "s3": error,
                "sts": f"<ErrorResponse>{error}</ErrorResponse>",
            }.get(service, json.dumps({"__type": self.code, "message": "Not today."})).encode()
            self.send_response(400)
            self.send_header("x-amzn-errortype", self.code)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *_arguments: object) -> None:
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()

    def address(code: str) -> str:
        Handler.code = code
        return f"http://127.0.0.1:{server.server_port}"

    yield address
    server.shutdown()
    server.server_close()


def asks_aws(command: Command, arguments: list[str]) -> str:
    """Run a command that needs AWS or a program; return its output."""
    code, said = ended(command, arguments)
    assert code in {1, FAILED}, said
    assert len(said.splitlines()) <= 3, said
    return said


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("command", "arguments"), WITH_AWS, ids=IDS)
def test_aws_refuses(
    command: Command, arguments: list[str], refusing: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", refusing("AccessDenied"))
    said = asks_aws(command, arguments)
    if "AccessDenied" in said:
        assert "Not today. Use a role that may do this: docs/promotion.md" in said
    else:
        assert any(answer in said for answer in ANSWERS), said


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("code", "remedy"), REFUSALS.items(), ids=REFUSALS)
def test_a_refusal_has_a_remedy(
    code: str, remedy: str, refusing: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", refusing(code))
    said = asks_aws(Command("ops", ("restore",)), ["window", *DEV])
    assert said.startswith(f"AWS refused DescribeContinuousBackups ({code}): Not today. {remedy}".rstrip())


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("command", "arguments"), WITH_AWS, ids=IDS)
def test_aws_cannot_be_reached(command: Command, arguments: list[str]) -> None:
    said = asks_aws(command, arguments)
    assert any(answer in said for answer in ANSWERS), said


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("command", "arguments"), WITH_AWS, ids=IDS)
def test_missing_credentials(command: Command, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    said = asks_aws(command, arguments)
    assert any(answer in said for answer in (*ANSWERS, "There are no AWS credentials")), said


@pytest.mark.usefixtures("place")
def test_an_unknown_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    said = asks_aws(Command("ops", ("redrive",)), ["list", *DEV])
    assert "nobody" in said
    assert "AWS_PROFILE" in said


# --- Commands in JavaScript ---

SCRIPTS = sorted(
    file.relative_to(ROOT)
    for folder in ("ops", "web")
    for file in (ROOT / folder).glob("*.mjs")
    if not file.name.endswith(".config.mjs") and file.name != "command.mjs"
)


def node(checkout: Path, *arguments: str) -> tuple[int, str, str]:
    """Run Node in a checkout; return exit code, output and errors."""
    done = subprocess.run(["node", *arguments], cwd=checkout, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_arguments_of_a_script(script: Path) -> None:
    code, output, errors = node(ROOT, str(script), "--help")
    assert (code, errors) == (0, "")
    assert output.startswith(f"usage: node {script} ")
    for argument in ("--no-such-option", "surplus"):
        code, output, errors = node(ROOT, str(script), argument)
        assert (code, output) == (USAGE, "")
        first, second = errors.splitlines()
        assert first.startswith(f"usage: node {script} ")
        assert argument in second


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_script_without_its_packages(script: Path, tmp_path: Path) -> None:
    for folder in ("ops", "web"):
        (tmp_path / folder).mkdir()
        for file in (ROOT / folder).glob("*.mjs"):
            shutil.copy(file, tmp_path / folder)
    shutil.copytree(ROOT / "graphql", tmp_path / "graphql")
    code, output, errors = node(tmp_path, str(script))
    assert (code, output) == (FAILED, "")
    (line,) = errors.splitlines()
    assert line.startswith("Cannot find package")
    assert "make bootstrap-all" in line
