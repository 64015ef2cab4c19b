"""A page of another origin, the attacks that it attempts, and a server with and without protection.

The names ``evil.example`` and ``rebound.example`` resolve to this machine. The first is another origin. The second uses
the port of the local AWS, like a page whose name was rebound to another address after it was loaded (DNS rebinding).
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from tests.unit.local.functions import TRUST
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

FOREIGN: Final = "http://evil.example"
REBOUND: Final = "http://rebound.example"
RESOLVER: Final = "MAP evil.example 127.0.0.1,MAP rebound.example 127.0.0.1"
SECRET: Final = "only-for-those-who-sign"
"""The string that the tests search in the data that a page could read."""
BUCKET, TABLE, FUNCTION, QUEUE = "files", "rooms", "mark", "waiting"
_MARK: Final = """
import os, uuid
def handler(event, context):
    open(os.path.join(os.environ["MARKS"], uuid.uuid4().hex), "w").close()
"""

HELPERS: Final = """
const credential = service => `000000000000/20260101/us-east-1/${service}/aws4_request`;
const key = service => `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential(service)}`;
const junk = service => `X-Amz-Date=20260101T000000Z&X-Amz-Expires=604800`
  + `&X-Amz-SignedHeaders=host&X-Amz-Signature=${'0'.repeat(64)}&${key(service)}`;
const header = service =>
  `AWS4-HMAC-SHA256 Credential=${credential(service)}, SignedHeaders=host, Signature=0`;
const form = (action, fields, enctype = 'application/x-www-form-urlencoded', method = 'POST') =>
  new Promise(resolve => {
    const frame = Object.assign(document.createElement('iframe'), { name: `f${Math.random()}` });
    const made = Object.assign(document.createElement('form'), { action, method, enctype, target: frame.name });
    for (const [name, value] of Object.entries(fields))
      made.append(Object.assign(document.createElement('input'), { name, value }));
    document.body.append(frame, made);
    frame.onload = () => setTimeout(resolve, 50);
    made.submit();
    setTimeout(resolve, 1500);
  });
const element = (tag, attributes) => new Promise(resolve => {
  const made = document.createElement(tag);
  made.onload = made.onerror = () => resolve();
  Object.assign(made, attributes);
  document.body.append(made);
  setTimeout(resolve, 1500);
});
const dynamodb = (action, body, headers = {}) => fetch(`${aws}/`, {
  method: 'POST', body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${action}`, ...headers },
}).then(answer => answer.text());
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt: a piece of JavaScript that may return the data that it could read."""

    name: str
    script: str
    rebound: bool = False
    """Whether the page has the server's own port, by DNS rebinding."""
    harmless: bool = False
    """Whether it has no effect even on an unprotected server."""


ATTEMPTS: Final = (
    Attempt(
        "a function is made without preflight",
        "await fetch(`${aws}/2015-03-31/functions?${key('lambda')}`,"
        " { method: 'POST', mode: 'no-cors', body: JSON.stringify(made) })",
    ),
    Attempt(
        "a function is invoked without preflight",
        "await fetch(`${aws}/2015-03-31/functions/mark/invocations?${key('lambda')}`,"
        " { method: 'POST', mode: 'no-cors', body: '{}' })",
    ),
    Attempt(
        "a form makes a queue", "await form(`${aws}/?${key('sqs')}`, { Action: 'CreateQueue', QueueName: 'of-a-form' })"
    ),
    Attempt(
        "a form makes a user", "await form(`${aws}/?${key('iam')}`, { Action: 'CreateUser', UserName: 'mallory' })"
    ),
    Attempt(
        "a form of plain text makes a function",
        "const text = JSON.stringify({ ...made, FunctionName: 'of-a-form', Description: '@' });"
        " const [before, after] = text.split('@');"
        " await form(`${aws}/2015-03-31/functions?${key('lambda')}`, { [before]: after }, 'text/plain')",
    ),
    Attempt(
        "a form uploads a file",
        "await form(`${aws}/files`, { key: 'of-a-form', file: 'content' }, 'multipart/form-data')",
        harmless=True,
    ),
    Attempt(
        "a form that is sent by GET makes a queue",
        "await form(`${aws}/`, { Action: 'CreateQueue', QueueName: 'of-get',"
        " 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': credential('sqs') }, undefined, 'GET')",
    ),
    Attempt(
        "an image makes a queue",
        "await element('img', { src: `${aws}/?Action=CreateQueue&QueueName=of-an-image&${key('sqs')}` })",
    ),
    Attempt(
        "a script makes a user",
        "await element('script', { src: `${aws}/?Action=CreateUser&UserName=of-a-script&${key('iam')}` })",
    ),
    Attempt(
        "a style sheet makes a topic",
        "await element('link', { rel: 'stylesheet',"
        " href: `${aws}/?Action=CreateTopic&Name=of-a-sheet&${key('sns')}` })",
    ),
    Attempt(
        "a frame deletes a queue",
        "await element('iframe', {"
        " src: `${aws}/?Action=DeleteQueue&QueueUrl=${encodeURIComponent(queue)}&${key('sqs')}` })",
    ),
    Attempt(
        "a beacon makes a topic",
        "navigator.sendBeacon(`${aws}/?${key('sns')}`,"
        " new URLSearchParams({ Action: 'CreateTopic', Name: 'of-a-beacon' }));"
        " await new Promise(resolve => setTimeout(resolve, 500))",
    ),
    Attempt(
        "an event source makes a topic",
        "const source = new EventSource(`${aws}/?Action=CreateTopic&Name=of-a-source&${key('sns')}`);"
        " await new Promise(resolve => { source.onerror = resolve; setTimeout(resolve, 1500); }); source.close()",
    ),
    Attempt(
        "what looks presigned makes a queue",
        "await fetch(`${aws}/?Action=CreateQueue&QueueName=presigned&${junk('sqs')}`, { mode: 'no-cors' })",
    ),
    Attempt(
        "what looks presigned deletes a file",
        "await fetch(`${aws}/files/kept?${junk('s3')}`, { method: 'DELETE' })",
        harmless=True,
    ),
    Attempt(
        "a preflighted request writes an item",
        "await dynamodb('PutItem', { TableName: 'rooms', Item: { id: { S: 'forged' } } },"
        " { authorization: header('dynamodb') })",
    ),
    Attempt(
        "a preflighted request reads the table",
        "return dynamodb('Scan', { TableName: 'rooms' }, { authorization: header('dynamodb') })",
    ),
    Attempt(
        "the action in the query and plain text write an item",
        "await fetch(`${aws}/?X-Amz-Target=DynamoDB_20120810.PutItem&${key('dynamodb')}`, { method: 'POST',"
        " mode: 'no-cors', body: JSON.stringify({ TableName: 'rooms', Item: { id: { S: 'of-text' } } }) })",
        harmless=True,
    ),
    Attempt(
        "the functions with their variables are read",
        "return fetch(`${aws}/2015-03-31/functions/?${key('lambda')}`).then(answer => answer.text())",
    ),
    Attempt("a file is read", "return fetch(`${aws}/files/kept`).then(answer => answer.text())", harmless=True),
    Attempt(
        "a user pool is deleted",
        "await fetch(`${aws}/`, { method: 'POST', body: JSON.stringify({ UserPoolId: pool }), headers: {"
        " 'content-type': 'application/x-amz-json-1.1', authorization: header('cognito-idp'),"
        " 'x-amz-target': 'AWSCognitoIdentityProviderService.DeleteUserPool' } })",
    ),
    Attempt(
        "a WebSocket is opened",
        "const socket = new WebSocket(`${aws.replace('http', 'ws')}/_aws/execute-api/any/prod`);"
        " return new Promise(resolve => { socket.onopen = () => resolve(secret); socket.onclose = () => resolve('') })",
        harmless=True,
    ),
    Attempt("everything is reset", "await fetch(`${aws}/_ministack/reset`, { method: 'POST', mode: 'no-cors' })"),
    Attempt("a form resets everything", "await form(`${aws}/_ministack/reset`, {})"),
    Attempt(
        "an encoded path resets everything",
        "await fetch(`${aws}/%5Fministack/%72eset`, { method: 'POST', mode: 'no-cors' })",
    ),
    Attempt(
        "a path with dots resets everything",
        "await fetch(`${aws}/files/..%2F_ministack/reset`, { method: 'POST', mode: 'no-cors' })",
        harmless=True,
    ),
    Attempt(
        "the emulator is asked what it is",
        "return await (await fetch(`${aws}/_ministack/health`)).text()",
        harmless=True,
    ),
    Attempt(
        "a rebound name reads the table",
        "return dynamodb('Scan', { TableName: 'rooms' }, { authorization: header('dynamodb') })",
        rebound=True,
    ),
    Attempt(
        "a rebound name writes an item",
        "await dynamodb('PutItem', { TableName: 'rooms', Item: { id: { S: 'rebound' } } },"
        " { authorization: header('dynamodb') })",
        rebound=True,
    ),
    Attempt(
        "a rebound name resets everything", "await fetch(`${aws}/_ministack/reset`, { method: 'POST' })", rebound=True
    ),
)


class OpenServer(ServerProcess):
    """A server without its protection: the control in which the same attempts succeed."""

    def _program(self) -> list[str]:
        lines = (
            "import runpy",
            "from local import server",
            "server.refused_target = lambda scope: None",
            "server.Hosts.refused = lambda self, scope: None",
            "server.Gate.__call__ = lambda self, *channel: self._emulator.application(*channel)",
            "runpy.run_module('local', run_name='__main__')",
        )
        return ["-c", "\n".join(lines)]


class Victim:
    """Resources of every kind in a running server, and their current state."""

    def __init__(self, server: ServerProcess, marks: Path) -> None:
        self._server = server
        self._marks = marks
        self.role = ""
        self.pool = ""
        self.queue = ""

    def furnish(self) -> None:
        """Create missing resources."""
        client = self._server.client
        with suppress(ClientError):
            client("s3").create_bucket(Bucket=BUCKET)
        client("s3").put_object(Bucket=BUCKET, Key="kept", Body=SECRET.encode())
        if TABLE not in client("dynamodb").list_tables()["TableNames"]:
            client("dynamodb").create_table(
                TableName=TABLE,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            )
        client("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": SECRET}})
        self.queue = client("sqs").create_queue(QueueName=QUEUE)["QueueUrl"]
        pools = client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
        self.pool = (pools or [client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]])[0]["Id"]
        self._make_function()

    def _make_function(self) -> None:
        iam, functions = self._server.client("iam"), self._server.client("lambda")
        with suppress(ClientError):
            iam.create_role(RoleName=FUNCTION, AssumeRolePolicyDocument=json.dumps(TRUST))
        self.role = iam.get_role(RoleName=FUNCTION)["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("mark.py", _MARK)
        with suppress(functions.exceptions.ResourceConflictException):
            functions.create_function(
                FunctionName=FUNCTION,
                Runtime="python3.13",
                Handler="mark.handler",
                Role=self.role,
                Code={"ZipFile": archive.getvalue()},
                Environment={"Variables": {"MARKS": str(self._marks), "SECRET": SECRET}},
            )

    def state(self) -> dict[str, Any]:
        """Return the state of the resources, and how often the function has run."""
        client = self._server.client
        tables = client("dynamodb").list_tables()["TableNames"]
        buckets = [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
        return {
            "items": {table: client("dynamodb").scan(TableName=table)["Items"] for table in tables},
            "objects": {bucket: _keys(client("s3").list_objects_v2(Bucket=bucket)) for bucket in buckets},
            "functions": sorted(found["FunctionName"] for found in client("lambda").list_functions()["Functions"]),
            "queues": sorted(client("sqs").list_queues().get("QueueUrls", [])),
            "topics": sorted(found["TopicArn"] for found in client("sns").list_topics()["Topics"]),
            "users": sorted(found["UserName"] for found in client("iam").list_users()["Users"]),
            "pools": sorted(found["Id"] for found in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]),
            "runs": len(list(self._marks.iterdir())),
        }

    async def suffer(self, page: Page, attempt: Attempt, aws: str) -> bool:
        """Let a page make an attempt; return whether it read or changed anything."""
        before = self.state()
        archive = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="  # an empty ZIP file
        made = {
            "FunctionName": "of-a-page",
            "Runtime": "python3.13",
            "Handler": "m.h",
            "Role": self.role,
            "Code": {"ZipFile": archive},
        }
        constants = {"aws": aws, "made": made, "queue": self.queue, "pool": self.pool, "secret": SECRET}
        declared = "".join(f"const {name} = {json.dumps(value)};" for name, value in constants.items())
        trying = f"try {{ return await (async () => {{ {attempt.script} }})() }} catch (error) {{ return '' }}"
        script = f"async () => {{ {declared} {HELPERS} {trying} }}"
        read = await page.evaluate(script)
        return SECRET in str(read or "") or self.state() != before


def _keys(listed: dict[str, Any]) -> list[str]:
    return sorted(found["Key"] for found in listed.get("Contents", []))
