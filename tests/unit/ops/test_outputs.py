"""Tests of the files that `make outputs` writes for clients."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from common.amplify_outputs import MissingOutputError, amplify_outputs, environment_file
from ops.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYED = {
    "Region": "eu-west-1",
    "UserPoolId": "eu-west-1_AbCdEfGhI",
    "UserPoolClientId": "1example23456789",
    "GraphQLAPIURL": "https://abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com/graphql",
    "GraphQLAPIKey": "da2-never-told",
}
LOCAL: dict[str, Any] = {
    "GraphQLURL": "http://127.0.0.1:4566/graphql",
    "RealtimeURL": "ws://127.0.0.1:4566/graphql/realtime",
    "CognitoEndpoint": "http://127.0.0.1:4566",
    "Users": {"alice": {"password": "never told"}},
}


def terraform(outputs: dict[str, Any]) -> str:
    """Return outputs as `terraform output -json` prints them."""
    return json.dumps({name: {"sensitive": False, "type": "string", "value": value} for name, value in outputs.items()})


def test_amplify_outputs_of_a_deployed_environment_has_standard_keys_only() -> None:
    written = amplify_outputs(DEPLOYED)

    assert written["version"].startswith("1")
    assert written["auth"]["user_pool_id"] == DEPLOYED["UserPoolId"]
    assert written["auth"]["user_pool_client_id"] == DEPLOYED["UserPoolClientId"]
    assert written["auth"]["aws_region"] == written["data"]["aws_region"] == "eu-west-1"
    assert written["data"]["url"] == DEPLOYED["GraphQLAPIURL"]
    assert written["data"]["default_authorization_type"] == "AMAZON_COGNITO_USER_POOLS"
    assert written["custom"] == {}


def test_amplify_outputs_of_the_local_backend_has_its_addresses() -> None:
    written = amplify_outputs({**DEPLOYED, **LOCAL})

    assert written["data"]["url"] == LOCAL["GraphQLURL"]
    assert written["custom"] == {
        "realtime_url": LOCAL["RealtimeURL"],
        "cognito_endpoint": LOCAL["CognitoEndpoint"],
    }


def test_no_secret_is_written() -> None:
    everything = {**DEPLOYED, **LOCAL}

    assert "never" not in json.dumps(amplify_outputs(everything)) + environment_file(everything)


def test_the_environment_file_has_one_prefixed_line_per_output() -> None:
    lines = environment_file(DEPLOYED, "VITE_").splitlines()

    assert lines == [
        "VITE_CHAT_REGION=eu-west-1",
        f"VITE_CHAT_USER_POOL_ID={DEPLOYED['UserPoolId']}",
        f"VITE_CHAT_USER_POOL_CLIENT_ID={DEPLOYED['UserPoolClientId']}",
        f"VITE_CHAT_GRAPHQL_URL={DEPLOYED['GraphQLAPIURL']}",
    ]


@pytest.mark.parametrize("name", ["Region", "UserPoolId", "UserPoolClientId", "GraphQLAPIURL"])
def test_a_missing_output_is_reported(name: str) -> None:
    with pytest.raises(MissingOutputError, match=name):
        amplify_outputs({**DEPLOYED, name: ""})


def test_the_command_reads_outputs_from_terraform(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "outputs.json", tmp_path / "client"
    source.write_text(terraform(DEPLOYED), encoding="utf-8")

    code = main(["outputs", "--environment", "dev", "--from", str(source), "--to", str(target)])

    assert code == 0
    assert json.loads((target / "amplify_outputs.json").read_text(encoding="utf-8")) == amplify_outputs(DEPLOYED)
    assert (target / ".env").read_text(encoding="utf-8") == environment_file(DEPLOYED)
    assert str(target / ".env") in capsys.readouterr().err


def test_the_command_reads_outputs_of_the_local_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_LOCAL_DIRECTORY", str(tmp_path))
    (tmp_path / "outputs.json").write_text(json.dumps({**DEPLOYED, **LOCAL}), encoding="utf-8")

    assert main(["outputs", "--environment", "local", "--to", str(tmp_path)]) == 0

    assert LOCAL["RealtimeURL"] in (tmp_path / ".env").read_text(encoding="utf-8")


@pytest.mark.parametrize("outputs", [DEPLOYED, {**DEPLOYED, **LOCAL}])
def test_files_of_this_command_are_overwritten(outputs: dict[str, Any], tmp_path: Path) -> None:
    source = tmp_path / "outputs.json"
    source.write_text(terraform(outputs), encoding="utf-8")
    first = ["--environment", "dev", "--from", str(source), "--to", str(tmp_path), "--prefix", "VITE_"]
    assert main(["outputs", *first]) == 0
    older = json.loads((tmp_path / "amplify_outputs.json").read_text(encoding="utf-8")) | {"version": "1"}
    (tmp_path / "amplify_outputs.json").write_text(json.dumps(older), encoding="utf-8")

    assert main(["outputs", *first[:-2]]) == 0

    assert (tmp_path / ".env").read_text(encoding="utf-8") == environment_file(outputs)
    assert json.loads((tmp_path / "amplify_outputs.json").read_text(encoding="utf-8")) == amplify_outputs(outputs)


AMPLIFY = amplify_outputs(DEPLOYED)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".env", b"DATABASE_PASSWORD=secret\n"),
        (".env", b"CHAT_REGION=eu-west-1\nMINE=1\n"),
        (".env", b"\xff\xfe"),
        ("amplify_outputs.json", json.dumps({**AMPLIFY, "storage": {"bucket_name": "mine"}}).encode()),
        ("amplify_outputs.json", json.dumps({**AMPLIFY, "auth": {**AMPLIFY["auth"], "mfa_methods": []}}).encode()),
        ("amplify_outputs.json", b"[]"),
        ("amplify_outputs.json", b"\xff"),
    ],
)
def test_a_foreign_file_is_not_overwritten(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "outputs.json", tmp_path / "client"
    source.write_text(terraform(DEPLOYED), encoding="utf-8")
    target.mkdir()
    (target / name).write_bytes(content)
    arguments = ["--environment", "dev", "--from", str(source), "--to", str(target)]

    assert main(["outputs", *arguments]) == 1

    (said,) = capsys.readouterr().err.splitlines()
    assert str(target / name) in said
    assert "--force" in said
    assert [file.name for file in target.iterdir()] == [name]
    assert (target / name).read_bytes() == content

    assert main(["outputs", *arguments, "--force"]) == 0
    assert (target / ".env").read_text(encoding="utf-8") == environment_file(DEPLOYED)


@pytest.mark.parametrize("name", [".env", "amplify_outputs.json"])
def test_nothing_is_written_if_a_folder_has_the_name_of_a_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "outputs.json", tmp_path / "client"
    source.write_text(terraform(DEPLOYED), encoding="utf-8")
    (target / name).mkdir(parents=True)

    assert main(["outputs", "--environment", "dev", "--from", str(source), "--to", str(target), "--force"]) == 1

    (said,) = capsys.readouterr().err.splitlines()
    assert said == f"{target / name} is a folder where a file is needed, so nothing was written. Move it away."
    assert [file.name for file in target.iterdir()] == [name]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "terraform output -json"),
        ("[]", "not a JSON object"),
        ("{", "not JSON"),
        ("{}", "are missing. Apply the stack first"),
    ],
)
def test_unreadable_outputs_are_reported_with_a_remedy(
    content: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "outputs.json"
    if content is not None:
        source.write_text(content, encoding="utf-8")

    assert main(["outputs", "--environment", "dev", "--from", str(source), "--to", str(tmp_path)]) == 3

    assert words in capsys.readouterr().err
    assert not (tmp_path / "amplify_outputs.json").exists()


def test_an_environment_without_synthesis_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outputs", "--environment", "dev", "--stacks", str(tmp_path)]) == 3

    assert "make synth" in capsys.readouterr().err
