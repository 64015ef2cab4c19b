"""Tests of an API from files: its configuration, data sources and authorization."""

from __future__ import annotations

import json
import shutil
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import appsync_local
from appsync_local.__main__ import main
from appsync_local.standalone.configuration import ConfigurationError, read_configuration
from appsync_local.standalone.serving import running
from appsync_local.standalone.user_pool import sign_token
from appsync_local_tests.fakes import connected, post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from appsync_local.server import AppSyncDataPlane
    from appsync_local_tests.fakes import HttpResponse

EXAMPLE = Path(appsync_local.__file__).parent / "standalone" / "example"
KEY = {"x-api-key": "da2-board"}
SDL = """
type Query { note(id: ID!): Note  who: String  clock: String }
type Mutation { keep(text: String!): Note }
type Note { id: ID! text: String! }
"""
GET = """
import { get } from '@aws-appsync/utils/dynamodb';
export const request = (ctx) => get({ key: { id: ctx.args.id } });
export const response = (ctx) => ctx.result;
"""
PUT = """
import { put } from '@aws-appsync/utils/dynamodb';
export const request = (ctx) => put({ key: { id: ctx.stash.id }, item: { text: ctx.args.text } });
export const response = (ctx) => ctx.result;
"""
NAME = """
export const request = (ctx) => { ctx.stash.id = ctx.env.PREFIX + '1'; return { payload: null }; };
export const response = (ctx) => ctx.result;
"""
PASS = """
export const request = (ctx) => ({});
export const response = (ctx) => ctx.prev.result;
"""
WHO = """
export const request = (ctx) => ({ payload: null });
export const response = (ctx) => ctx.identity.userArn;
"""


class Services(BaseHTTPRequestHandler):
    """DynamoDB's PutItem and GetItem at ``/``, and a function at ``/function``."""

    items: dict[str, Any]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.answer(request)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, request: dict[str, Any]) -> tuple[int, object]:
        if self.path == "/function":
            token = request.get("authorizationToken")
            return 200, "noon" if token is None else {"isAuthorized": token == "good"}
        if request["TableName"] != "notes":
            return 400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "?"}
        if self.headers["X-Amz-Target"].endswith(".PutItem"):
            self.items[request["Item"]["id"]["S"]] = request["Item"]
            return 200, {}
        return 200, {"Item": self.items.get(request["Key"]["id"]["S"])}

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def services() -> Iterator[str]:
    """Return the URL of the services."""
    kind = type("Kept", (Services,), {"items": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path, services: str) -> Path:
    """Write an API with every type of data source and every authorization mode."""
    files = {
        "appsync.toml": f"""
            [authentication]
            default = "AWS_IAM"
            additional = ["AWS_LAMBDA"]
            lambda_authorizer = {{ url = "{services}/function" }}
            [[authentication.iam_users]]
            name = "ann"
            access_key_id = "AKIDANN"
            secret_access_key = "not a secret"
            allow = ["Query.*", "Mutation.keep"]
            [[authentication.iam_users]]
            name = "bob"
            access_key_id = "AKIDBOB"
            secret_access_key = "not a secret either"
            allow = ["Query.note"]
            [data_sources]
            notes = {{ type = "AMAZON_DYNAMODB", table = "notes", endpoint = "{services}" }}
            gone = {{ type = "AMAZON_DYNAMODB", table = "gone", endpoint = "{services}" }}
            clock = {{ type = "AWS_LAMBDA", url = "{services}/function" }}
            [resolvers]
            "Query.note" = "notes"
            "Query.clock" = "clock"
            "Mutation.keep" = {{ pipeline = ["name", "put"] }}
            [functions]
            put = "notes"
            [environment]
            PREFIX = "n-"
        """,
        "schema.graphql": SDL,
        "resolvers/Query.note.js": GET,
        "resolvers/Query.who.js": WHO,
        "resolvers/Mutation.keep.js": PASS,
        "functions/name.js": NAME,
        "functions/put.js": PUT,
    }
    for name, text in files.items():
        path = tmp_path / "api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "api"


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[AppSyncDataPlane]:
    async with running(read_configuration(folder)) as plane:
        yield plane


def signed(key: str, secret: str, query: str) -> dict[str, str]:
    body = json.dumps({"query": query, "variables": None, "operationName": None}).encode()
    request = AWSRequest("POST", "http://127.0.0.1/graphql", {"host": "127.0.0.1"}, body)
    SigV4Auth(Credentials(key, secret), "appsync", "us-east-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


async def ask(plane: AppSyncDataPlane, query: str, *, key: str = "AKIDANN", secret: str | None = None) -> HttpResponse:
    return await post(plane, query, headers=signed(key, secret or "not a secret", query))


async def test_a_pipeline_writes_to_dynamodb_and_a_resolver_reads_it(folder: Path) -> None:
    async with served(folder) as plane:
        kept = await ask(plane, 'mutation { keep(text: "Milk") { id text } }')
        read = await ask(plane, '{ note(id: "n-1") { text } who clock }')

    assert kept.body == {"data": {"keep": {"id": "n-1", "text": "Milk"}}}
    assert read.body == {
        "data": {"note": {"text": "Milk"}, "who": "arn:aws:iam::000000000000:user/ann", "clock": "noon"}
    }


async def test_errors_of_dynamodb_keep_their_names(folder: Path) -> None:
    path = folder / "appsync.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"Query.note" = "notes"', '"Query.note" = "gone"'))
    code = GET.replace("=> ctx.result", "=> util.error(ctx.error.message, ctx.error.type)")
    (folder / "resolvers/Query.note.js").write_text(f"import {{ util }} from '@aws-appsync/utils';{code}")
    async with served(folder) as plane:
        answer = await ask(plane, '{ note(id: "n-1") { text } }')
    assert answer.body["errors"][0]["errorType"] == "DynamoDB:ResourceNotFoundException"


@pytest.mark.parametrize(
    ("key", "secret", "query", "status"),
    [
        ("AKIDANN", "another", "{ who }", 401),
        ("AKIDNOBODY", "not a secret", "{ who }", 401),
        ("AKIDBOB", "not a secret either", "{ who }", 401),
        ("AKIDBOB", "not a secret either", '{ note(id: "1") { id } who }', 200),
        ("AKIDANN", "not a secret", "{ who }", 200),
    ],
)
async def test_signatures_and_the_fields_of_a_user(
    folder: Path, key: str, secret: str, query: str, status: int
) -> None:
    async with served(folder) as plane:
        answer = await ask(plane, query, key=key, secret=secret)
    assert answer.status == status
    if "note" in query:
        assert [error["path"] for error in answer.body["errors"] if error["errorType"] == "Unauthorized"] == [["who"]]


async def test_a_signature_is_valid_only_for_its_body(folder: Path) -> None:
    async with served(folder) as plane:
        answer = await post(plane, "{ clock }", headers=signed("AKIDANN", "not a secret", "{ who }"))
    assert answer.status == 401


async def test_an_authorizer_decides(folder: Path) -> None:
    async with served(folder) as plane:
        good = await post(plane, "{ __typename }", headers={"authorization": "good"})
        bad = await post(plane, "{ __typename }", headers={"authorization": "bad"})
    assert (good.status, bad.status) == (200, 401)


async def test_the_example_has_subscriptions_a_python_handler_and_tokens(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "board"))
    token = sign_token(read_configuration(folder), "alice", ["Admins"], seconds=60)
    old = sign_token(read_configuration(folder), "alice", [], seconds=-1)
    async with served(folder) as plane:
        socket = await connected(plane, KEY)
        socket.start("1", "subscription { onWrite { id text } }", headers=KEY)
        assert (await socket.message())["type"] == "start_ack"
        written = (await post(plane, 'mutation { write(text: "Milk") { id text } }', headers=KEY)).body["data"]["write"]
        assert (await socket.message())["payload"]["data"]["onWrite"] == written
        await socket.disconnect()
        listed = await post(plane, "{ notes { id text } }", headers=KEY)
        me = await post(plane, "{ me }", headers={"authorization": token})
        expired = await post(plane, "{ me }", headers={"authorization": old})

    assert listed.body == {"data": {"notes": [written]}}
    assert me.body == {"data": {"me": "alice"}}
    assert (expired.status, expired.body["errors"][0]["message"]) == (401, "Token has expired.")
    assert (folder / ".appsync-local/user-pool.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[functions]", "[function]", "appsync.toml: function is not one of authentication, data_sources,"),
        ('"AWS_IAM"', '"IAM"', "authentication: IAM is not one of API_KEY"),
        ('type = "AWS_LAMBDA",', 'type = "HTTP",', "data_sources: clock: type HTTP is not one of AMAZON_DYNAMODB"),
        ('table = "gone", ', "", "data_sources: gone: table must be a text"),
        ('"Query.note" = "notes"', '"Query.note" = "note"', "'Query.note': there is no data source note"),
        ('"Query.note" = "notes"', '"Query.not" = "notes"', "'Query.not': there is no resolvers/Query.not.js"),
        ('["name", "put"]', '["name", "putt"]', "resolvers.'Mutation.keep': there is no functions/putt.js"),
        ('additional = ["AWS_LAMBDA"]', "additional = [1]", "additional must be a list of texts"),
        ("AWS_LAMBDA", "AMAZON_COGNITO_USER_POOLS", "authentication.user_pool is missing"),
        ("[environment]", "[environment", "appsync.toml: Expected ']'"),
    ],
)
def test_an_invalid_configuration_is_rejected_with_its_position(folder: Path, old: str, new: str, message: str) -> None:
    path = folder / "appsync.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_configuration(folder)
    assert message in str(refused.value)


def test_check_reports_what_appsync_would_reject(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 0
    (folder / "resolvers/Query.other.js").write_text(GET.replace("ctx.args.id", "fetch()"), encoding="utf-8")
    capsys.readouterr()

    assert main(["check", str(folder)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "resolvers/Query.other: the schema has no such field"
    assert lines[1].startswith("resolvers/Query.other.js:3:")


@pytest.mark.parametrize(("function", "code"), [("request", 0), ("response", 1)])
def test_evaluate_code_prints_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], function: str, code: int
) -> None:
    (tmp_path / "code.js").write_text(WHO.replace("null", "ctx.args.id"), encoding="utf-8")
    (tmp_path / "context.json").write_text('{"arguments": {"id": 7}}', encoding="utf-8")
    arguments = ["--code", str(tmp_path / "code.js"), "--context", str(tmp_path / "context.json")]

    assert main(["evaluate-code", *arguments, "--function", function]) == code

    answer = json.loads(capsys.readouterr().out)
    assert (answer["evaluationResult"] == '{"payload":7}') if code == 0 else answer["error"]["message"]
