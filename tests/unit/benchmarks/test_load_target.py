"""Tests of the load benchmark's target: it is read from any of three files, and errors name the remedy."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.__main__ import main as run_benchmarks
from benchmarks._simulation.target import LoadError, is_local, read_accounts, read_target
from benchmarks.load import main
from common.amplify_outputs import amplify_outputs
from common.commands import OperationError

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql"
STACK = {"Region": "eu-central-1", "GraphQLAPIURL": URL, "UserPoolId": "eu-central-1_x", "UserPoolClientId": "client"}
LOCAL = {
    **STACK,
    "GraphQLURL": "http://127.0.0.1:4566/graphql",
    "RealtimeURL": "ws://127.0.0.1:4566/graphql/realtime",
    "CognitoEndpoint": "http://127.0.0.1:4566",
}
TERRAFORM = {name: {"value": value, "type": "string", "sensitive": False} for name, value in STACK.items()}


def written(folder: Path, document: object) -> Path:
    """Write a file with this content."""
    file = folder / "outputs.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize("document", [TERRAFORM, amplify_outputs(STACK)], ids=["terraform", "amplify"])
def test_a_real_deployment(document: dict[str, Any], tmp_path: Path) -> None:
    outputs = read_target(written(tmp_path, document))
    assert outputs["GraphQLURL"] == URL
    assert outputs["RealtimeURL"] == "wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/graphql"
    assert outputs.endpoint == "https://cognito-idp.eu-central-1.amazonaws.com"
    assert (outputs.user_pool_id, outputs.client_id, outputs.region) == ("eu-central-1_x", "client", "eu-central-1")
    assert not is_local(outputs)


def test_the_realtime_endpoint_of_a_custom_domain_is_below_it(tmp_path: Path) -> None:
    outputs = read_target(written(tmp_path, {**STACK, "GraphQLAPIURL": "https://chat.example.com/graphql"}))
    assert outputs["RealtimeURL"] == "wss://chat.example.com/graphql/realtime"


@pytest.mark.parametrize("document", [LOCAL, amplify_outputs(LOCAL)], ids=["outputs.json", "amplify"])
def test_a_local_backend(document: dict[str, Any], tmp_path: Path) -> None:
    outputs = read_target(written(tmp_path, document))
    assert {name: outputs[name] for name in LOCAL if name != "GraphQLAPIURL"} == {
        name: value for name, value in LOCAL.items() if name != "GraphQLAPIURL"
    }
    assert is_local(outputs)


def test_errors_in_the_outputs_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LoadError, match="lacks UserPoolId, Region: it is not of this stack"):
        read_target(written(tmp_path, {"GraphQLAPIURL": URL, "UserPoolClientId": "client"}))
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(OperationError, match=r"broken.json cannot be used: it is not JSON.*terraform output -json"):
        read_target(tmp_path / "broken.json")
    assert main(["--outputs", str(tmp_path / "missing.json")]) == 3
    assert "missing.json does not exist" in (said := capsys.readouterr().err)
    assert "`make up`" in said


def test_a_real_deployment_needs_accounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--outputs", str(written(tmp_path, TERRAFORM))]) == 3
    assert "needs accounts" in (said := capsys.readouterr().err)
    assert "--accounts" in said
    accounts = tmp_path / "accounts.json"
    accounts.write_text(json.dumps([{"username": "a", "password": "p"}]), encoding="utf-8")
    assert read_accounts(accounts, 1) == [{"username": "a", "password": "p"}]
    with pytest.raises(LoadError, match="has 1 accounts for 2 users"):
        read_accounts(accounts, 2)
    accounts.write_text('{"username": 7}', encoding="utf-8")
    with pytest.raises(LoadError, match="is not a list of accounts"):
        read_accounts(accounts, 1)


def test_options_apply_to_one_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_benchmarks(["--users", "3"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --users" in capsys.readouterr().err


def test_a_backend_that_does_not_answer_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        document = {name: str(value).replace("4566", str(port)) for name, value in LOCAL.items()}
        accounts = tmp_path / "accounts.json"
        accounts.write_text(json.dumps([{"username": "a", "password": "p"}] * 2), encoding="utf-8")
        options = ["--outputs", str(written(tmp_path, document)), "--accounts", str(accounts), "--users", "2"]
        assert main(options) == 3
    assert f"127.0.0.1:{port}" in capsys.readouterr().err
