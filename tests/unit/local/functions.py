"""Functions, roles, queues and tables for tests of events, created through the AWS APIs of the in-process MiniStack."""

from __future__ import annotations

import io
import json
import time
import zipfile
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from pathlib import Path

    from appsync_local.backend import HttpAnswer
    from local.embedded.emulator import Emulator

REGION = "us-east-1"
ACCOUNT = "000000000000"
WRITES_DOWN = """
import json, os, time
def handler(event, context):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps({"event": event, "at": time.time()}) + "\\n")
    texts = [record["dynamodb"].get("NewImage", {}).get("text", {}).get("S", "") for record in event.get("Records", [])]
    if any(text.startswith("raise") for text in texts):
        raise ValueError("poison")
    numbers = [record["dynamodb"]["SequenceNumber"] for record in event.get("Records", [])]
    failed = [number for number, text in zip(numbers, texts) if text.startswith("report")]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
"""
"""A handler that fails on texts that begin with ``raise``, and reports those that begin with ``report``."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ_STREAM = {
    "Effect": "Allow",
    "Action": [
        "dynamodb:DescribeStream",
        "dynamodb:GetShardIterator",
        "dynamodb:GetRecords",
        "dynamodb:ListStreams",
    ],
    "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*/stream/*",
}


@dataclass(frozen=True)
class Written:
    """A function that writes its events to a file, one line per invocation."""

    name: str
    calls: Path

    def invocations(self) -> list[dict[str, Any]]:
        """Return the invocations so far: ``event`` and ``at``, the function's clock in seconds."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [json.loads(line) for line in lines]

    def batches(self) -> list[list[str]]:
        """Return the texts of the new images of each invocation's records."""
        return [
            [record["dynamodb"].get("NewImage", {}).get("text", {}).get("S", "") for record in one["event"]["Records"]]
            for one in self.invocations()
        ]


class Cloud:
    """Shorthands for the calls that tests make."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._emulator = emulator
        self._folder = folder

    async def form(self, service: str, **parameters: str) -> HttpAnswer:
        """Call an action of a service that uses AWS's Query protocol."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode(parameters).encode()
        answer = await self._emulator.call(service, "POST", "/", headers=headers, body=body, region=REGION)
        assert answer.status == 200, answer.body
        return answer

    async def role(self, name: str, *statements: dict[str, Any]) -> str:
        """Create a role that Lambda may assume; return its ARN."""
        await self.form("iam", Action="CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            await self.form("iam", Action="PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document)
        return f"arn:aws:iam::{ACCOUNT}:role/{name}"

    async def function(
        self,
        name: str,
        *statements: dict[str, Any],
        code: str = WRITES_DOWN,
        environment: dict[str, str] | None = None,
    ) -> Written:
        """Create a function with a separate role."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("code_under_test.py", code)
        calls = self._folder / f"{name}.jsonl"
        request = {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "code_under_test.handler",
            "Role": await self.role(name, *statements),
            "Code": {"ZipFile": b64encode(archive.getvalue()).decode()},
            "Timeout": 60,
            "Environment": {"Variables": {"CALLS": str(calls), **(environment or {})}},
        }
        answer = await self.function_api("POST", "functions", request)
        assert answer.status == 201, answer.body
        return Written(name, calls)

    async def function_api(self, method: str, path: str, request: dict[str, Any] | None = None) -> HttpAnswer:
        """Call Lambda's REST API below ``/2015-03-31/``."""
        body = b"" if request is None else json.dumps(request).encode()
        return await self._emulator.call("lambda", method, f"/2015-03-31/{path}", body=body, region=REGION)

    async def invoke(self, name: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 - what the function returns
        """Invoke a function and return its response."""
        answer = await self.function_api("POST", f"functions/{name}/invocations", event)
        assert "x-amz-function-error" not in answer.headers, answer.body
        return json.loads(answer.body)

    async def queue(self, name: str, **attributes: str) -> str:
        """Create a queue; return its ARN."""
        request = {"QueueName": name, "Attributes": attributes}
        await self._emulator.call_json("sqs", "AmazonSQS.CreateQueue", request, region=REGION)
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    async def messages(self, queue_arn: str) -> list[dict[str, Any]]:
        """Receive and delete the JSON messages of a queue."""
        asked = {"QueueName": queue_arn.rsplit(":", 1)[-1]}
        url = (await self._emulator.call_json("sqs", "AmazonSQS.GetQueueUrl", asked, region=REGION))["QueueUrl"]
        received = await self._emulator.call_json(
            "sqs", "AmazonSQS.ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10}, region=REGION
        )
        return [json.loads(message["Body"]) for message in received.get("Messages", [])]

    async def dynamodb(self, action: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Call DynamoDB."""
        return await self._emulator.call_json("dynamodb", f"DynamoDB_20120810.{action}", request, region=REGION)

    async def table(self, name: str) -> str:
        """Create a table with a stream of both images; return the stream's ARN."""
        answer = await self.dynamodb(
            "CreateTable",
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        return str(answer["TableDescription"]["LatestStreamArn"])

    async def put(self, table: str, *texts: str) -> None:
        """Put one item per text, in one transaction: their records arrive together."""
        items = [{"id": {"S": f"{text}#{time.monotonic_ns()}"}, "text": {"S": text}} for text in texts]
        writes = [{"Put": {"TableName": table, "Item": item}} for item in items]
        await self.dynamodb("TransactWriteItems", TransactItems=writes)

    async def mapping(self, function: Written, stream: str, **settings: Any) -> str:  # noqa: ANN401 - JSON values
        """Create an event source mapping from the beginning of a stream; return its id."""
        request = {
            "FunctionName": function.name,
            "EventSourceArn": stream,
            "StartingPosition": "TRIM_HORIZON",
            **settings,
        }
        answer = await self.function_api("POST", "event-source-mappings/", request)
        assert answer.status == 202, answer.body
        return str(json.loads(answer.body)["UUID"])
