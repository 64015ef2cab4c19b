"""Tests of the requests that the server's ports accept, over sockets: host names, paths, web pages and signatures."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.clients import clients
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory
from local.front.hosts import Hosts
from local.process import ROOT, running
from tests.unit.local.server_process import ServerProcess, upload_form

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = "application/x-amz-json-1.1"
MULTIPART = "Content-Type: multipart/form-data; boundary=b"
TARGET = "AWSCognitoIdentityProviderService"
REMEDY = "python -m local credentials"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    before = os.umask(0o022)
    with ServerProcess(tmp_path_factory.mktemp("port") / "data") as server:
        os.umask(before)
        server.client("s3").create_bucket(Bucket="files")
        server.client("s3").put_object(Bucket="files", Key="kept", Body=b"content")
        yield server


class Answer:
    """A response read from a socket."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1]) if first else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def port_of(server: ServerProcess, *, web: bool = False) -> int:
    instance = running(DataDirectory(server.directory))
    assert instance is not None
    return instance.web_port if web else instance.port


def send(
    port: int, line: str, *headers: str, host: str | None = None, body: bytes = b"", connection: str = "close"
) -> Answer:
    """Send one request literally, without normalization by a client."""
    named = f"Host: 127.0.0.1:{port}" if host is None else host
    length = [f"Content-Length: {len(body)}"] if connection == "close" else []
    own = [*length, f"Connection: {connection}"]
    lines = [line, *([named] if named else []), *headers, *own, "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as opened:
        opened.sendall("\r\n".join(lines).encode("latin-1") + body)
        parts = []
        while part := opened.recv(65536):
            parts.append(part)
            if connection != "close":  # it stays open after the response
                break
    return Answer(b"".join(parts))


# --- names and paths ----------------------------------------------------------------------------------


@pytest.mark.conforms("port.pages")
@pytest.mark.parametrize("web", [False, True], ids=["aws", "web"])
@pytest.mark.parametrize(
    "host",
    [
        "Host: evil.example",
        "Host: evil.example:{port}",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:1",
        "Host: 127.0.0.1.evil.example:{port}",
        "Host: localhost.evil.example:{port}",
        "Host: evil-localhost:{port}",
        "Host: 127.0.0.1:{port}\r\nHost: evil.example",
        "Host: ",
        "",
    ],
)
def test_another_host_is_rejected(server: ServerProcess, host: str, *, web: bool) -> None:
    port = port_of(server, web=web)

    assert send(port, "GET /_local/ready HTTP/1.1", host=host.format(port=port)).status in {400, 421}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "files.s3.localhost", "10.0.2.2"])
def test_the_servers_own_host_names_are_accepted(server: ServerProcess, host: str) -> None:
    port = port_of(server)

    assert send(port, "GET /_local/ready HTTP/1.1", host=f"Host: {host}:{port}").status == 200


@pytest.mark.conforms("port.pages")
@pytest.mark.parametrize("web", [False, True], ids=["aws", "web"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%00", 400),
        ("/files/%00", 400),
        ("/graphql%00", 400),
        ("/a%0d%0ab", 400),
        ("/%zz", 400),
        ("/%", 400),
        ("/%f", 400),
        ("/%ff%fe", 400),
        ("/\xff", 400),
        ("/?a=%zz", 400),
        ("*", 400),
        ("/../outputs.json", 404),
        ("/a/../../outputs.json", 404),
        ("/%2e%2e/outputs.json", 404),
        ("/..%2foutputs.json", 404),
        ("/./_local/ready", 404),
        ("/graphql/../files/kept", 404),
        ("/" + "a" * 10_000, 414),
    ],
)
def test_malformed_paths_are_rejected_first(server: ServerProcess, path: str, status: int, *, web: bool) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        assert send(port_of(server, web=web), f"{method} {path} HTTP/1.1").status == status, method


@pytest.mark.conforms("port.pages")
@pytest.mark.parametrize("web", [False, True], ids=["aws", "web"])
@pytest.mark.parametrize(
    "path",
    [
        "/" + "a" * 300,
        "//_ministack/reset",
        "/%5fministack/health",
        "/_ministack/config",
        "/_localstack/health",
        "/_aws/execute-api/a/b",
        "/health",
        "/files/kept",
    ],
)
def test_unknown_paths_are_not_passed_on(server: ServerProcess, path: str, *, web: bool) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = send(port_of(server, web=web), f"{method} {path} HTTP/1.1")
        assert 400 <= answer.status < 500
        assert "access-control-allow-origin" not in answer.headers
        assert answer.body != b"content"


@pytest.mark.conforms("port.pages")
@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/health", "/_ministack/config"])
def test_the_emulators_own_endpoints_are_closed_to_signed_requests(server: ServerProcess, path: str) -> None:
    keys = server.credentials
    request = AWSRequest("POST", f"{server.url}{path}", data=b"", headers={"host": f"127.0.0.1:{port_of(server)}"})
    SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), "s3", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items() if name.lower() != "host"]

    assert send(port_of(server), f"POST {path} HTTP/1.1", *lines).status == 404
    assert server.client("s3").get_object(Bucket="files", Key="kept")["Body"].read() == b"content"


def test_a_websocket_opens_at_graphql_only(server: ServerProcess) -> None:
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    broker = f"Host: a.iot.us-east-1.localhost:{port_of(server)}"
    for path, host in (("/", None), ("/_aws/execute-api/a/b", None), ("/mqtt", broker)):
        headers = (*upgrade, "Sec-WebSocket-Protocol: mqtt")
        assert send(port_of(server), f"GET {path} HTTP/1.1", *headers, host=host, connection="Upgrade").status == 403


# --- signatures ---------------------------------------------------------------------------------------


@pytest.mark.conforms("port.refusals")
@pytest.mark.parametrize(
    ("line", "headers", "status", "code"),
    [
        ("GET /files/kept", (), 403, "<Code>AccessDenied</Code>"),
        ("PUT /files/forged", (), 403, "<Code>AccessDenied</Code>"),
        ("POST /files?delete", (), 403, "<Code>AccessDenied</Code>"),
        ("POST /", ("X-Amz-Target: DynamoDB_20120810.ListTables",), 400, "MissingAuthenticationTokenException"),
        ("POST /2015-03-31/functions", (), 403, "MissingAuthenticationTokenException"),
        ("GET /v1/apis", (), 403, "MissingAuthenticationTokenException"),
        ("GET /?Action=ListUsers", (), 403, "<Code>MissingAuthenticationToken</Code>"),
    ],
)
def test_an_unsigned_request_is_rejected_in_the_format_of_its_service(
    server: ServerProcess, line: str, headers: tuple[str, ...], status: int, code: str
) -> None:
    answer = send(port_of(server), f"{line} HTTP/1.1", *headers)

    said = answer.body.decode() + answer.headers.get("x-amzn-errortype", "")
    assert (answer.status, code in said, REMEDY in said) == (status, True, True)


@pytest.mark.conforms("port.refusals")
@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("dynamodb", "list_tables", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
        ("appsync", "list_graphql_apis", "UnrecognizedClientException"),
        ("iam", "list_users", "InvalidClientTokenId"),
        ("sqs", "list_queues", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ],
)
@pytest.mark.parametrize("keys", [RunCredentials("test", "test"), RunCredentials.generate()], ids=["test", "unknown"])
def test_errors_name_the_unknown_key_and_the_remedy(
    server: ServerProcess, service: str, operation: str, code: str, keys: RunCredentials
) -> None:
    client = clients([service], server.url, keys)[service]

    with pytest.raises(ClientError) as refused:
        getattr(client, operation)()

    assert refused.value.response["Error"]["Code"] == code
    assert REMEDY in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("service", ["dynamodb", "s3", "iam"])
def test_a_wrong_secret_is_refused(server: ServerProcess, service: str) -> None:
    keys = RunCredentials(server.credentials.access_key_id, "wrong")
    operation = {"dynamodb": "list_tables", "s3": "list_buckets", "iam": "list_users"}[service]

    with pytest.raises(ClientError, match="Signature") as refused:
        getattr(clients([service], server.url, keys)[service], operation)()

    assert refused.value.response["Error"]["Code"] in {"SignatureDoesNotMatch", "InvalidSignatureException"}


def test_other_accounts_use_the_secret_of_this_run(server: ServerProcess) -> None:
    keys = RunCredentials("111122223333", server.credentials.secret_access_key)

    assert clients(["sts"], server.url, keys)["sts"].get_caller_identity()["Account"] == "111122223333"


def test_a_role_session_signs_with_its_token(server: ServerProcess) -> None:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    arn = server.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    made = server.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    session = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], region_name="us-east-1")

    named = session.client("sts", endpoint_url=server.url).get_caller_identity()["Arn"]

    assert named == "arn:aws:sts::000000000000:assumed-role/reader/session"


@pytest.mark.parametrize("is_appsync", [True, False])
def test_host_names_of_appsync_are_valid_on_the_aws_port(*, is_appsync: bool) -> None:
    scope = {"headers": [(b"host", b"abc.appsync-api.us-east-1.amazonaws.com")]}

    assert (Hosts([5], is_appsync=is_appsync).refused(scope) is None) == is_appsync


@pytest.mark.parametrize("path", ["/", "/000000000000/queue"])
@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=b", "application/json"])
def test_policies_are_checked_with_any_content_type(server: ServerProcess, content_type: str, path: str) -> None:
    """MiniStack reads the action from a body of any type, but checks policies only for form bodies."""
    request = AWSRequest("POST", f"{server.url}{path}", data=b"Action=ListUsers&Version=2010-05-08")
    request.headers["Content-Type"] = content_type
    keys = Credentials(server.credentials.access_key_id, server.credentials.secret_access_key)
    SigV4Auth(keys, "iam", "us-east-1").add_auth(request)
    lines = [f"{name}: {value}" for name, value in request.headers.items()]

    answer = send(port_of(server), f"POST {path} HTTP/1.1", *lines, body=b"Action=ListUsers&Version=2010-05-08")

    assert answer.status in {400, 403}
    assert b"InvalidAction" in answer.body


class User:
    """An IAM user with a policy, who sends requests literally."""

    def __init__(self, server: ServerProcess, name: str, statement: list[dict[str, Any]]) -> None:
        self._iam = iam = server.client("iam")
        self._name = name
        iam.create_user(UserName=name)
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        self.keys = RunCredentials(made["AccessKeyId"], made["SecretAccessKey"])
        self._server = server

    def delete(self) -> None:
        """Delete the user with its policy and key."""
        self._iam.delete_user_policy(UserName=self._name, PolicyName="own")
        self._iam.delete_access_key(UserName=self._name, AccessKeyId=self.keys.access_key_id)
        self._iam.delete_user(UserName=self._name)

    def send(self, service: str, line: str, body: str = "", **headers: str) -> Answer:
        """Sign and send a request; underscores in the names of headers become hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(service, f"127.0.0.1:{port_of(self._server)}", line, body, named)

    def send_to_bucket(self, bucket: str, line: str) -> Answer:
        """Sign and send a request to S3 with the bucket in the Host header, as virtual-hosted requests have."""
        return self._send("s3", f"{bucket}.s3.localhost:{port_of(self._server)}", line, "", {})

    def _send(self, service: str, host: str, line: str, body: str, headers: dict[str, str]) -> Answer:
        method, _, path = line.partition(" ")
        request = AWSRequest(method, f"http://{host}{path}", data=body.encode(), headers=headers)
        keys = Credentials(self.keys.access_key_id, self.keys.secret_access_key)
        (S3SigV4Auth if service == "s3" else SigV4Auth)(keys, service, "us-east-1").add_auth(request)
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        target = f"{line} HTTP/1.1"
        return send(port_of(self._server), target, *lines, host=f"Host: {host}", body=body.encode())


@pytest.fixture(scope="module")
def user(server: ServerProcess) -> User:
    allowed = ["iam:ListUsers", "s3:GetObject", "lambda:ListFunctions", "lambda:ListAliases", "dynamodb:ListTables"]
    return User(server, "reader", [{"Effect": "Allow", "Action": allowed, "Resource": "*"}])


FORM = "application/x-www-form-urlencoded"
CREATE = "Action=CreateUser&UserName=forged&Version=2010-05-08"


@pytest.mark.conforms("port.actions")
@pytest.mark.parametrize(
    ("service", "line", "body", "headers"),
    [
        ("iam", "POST /?Action=ListUsers", CREATE, {"Content_Type": FORM}),
        ("iam", "POST /", f"Action=ListUsers&{CREATE}", {"Content_Type": FORM}),
        ("iam", "POST /", CREATE, {"Content_Type": "text/plain", "X_Amz_Target": "IAM.ListUsers"}),
        ("iam", "POST /", CREATE, {"Content_Type": FORM, "X_Amz_Target": "IAM.ListUsers"}),
        (
            "iam",
            "POST /",
            '{"Action": "CreateUser", "UserName": "forged"}',
            {"Content_Type": "application/x-amz-json-1.1", "X_Amz_Target": "IAM.ListUsers"},
        ),
        ("s3", "DELETE /files/kept?Action=GetObject", "", {}),
        ("s3", "DELETE /files/kept", "", {"X_Amz_Target": "S3.GetObject"}),
        ("lambda", "DELETE /2015-03-31/functions/absent?Action=ListFunctions", "", {}),
        ("lambda", "DELETE /2015-03-31/event-source-mappings/absent", "", {}),
        ("lambda", "PUT /2015-03-31/functions/absent/aliases/live", "{}", {}),
        ("lambda", "DELETE /2015-03-31/functions/absent/aliases/live", "", {}),
        ("lambda", "GET /anything/functions", "", {}),
        (
            "dynamodb",
            "POST /?Action=ListTables",
            '{"TableName": "absent"}',
            {"Content_Type": "application/x-amz-json-1.0", "X_Amz_Target": "DynamoDB_20120810.DeleteTable"},
        ),
        (
            "dynamodb",
            "POST /",
            '{"TableName": "absent"}',
            {
                "Content_Type": "application/x-amz-json-1.0",
                "X_Amz_Target": "DynamoDB_20120810.DeleteTable, DynamoDB_20120810.ListTables",
            },
        ),
        ("monitoring", "POST /service/GraniteServiceVersion20100801/operation/PutMetricData", "", {}),
        ("kinesisanalytics", "POST /", "{}", {"X_Amz_Target": "KinesisAnalytics_20180523.ListApplications"}),
    ],
)
def test_policies_of_a_user_are_evaluated_for_the_action_that_runs(
    server: ServerProcess, user: User, service: str, line: str, body: str, headers: dict[str, str]
) -> None:
    """MiniStack checks no policy if it derives no action, and may check another action than it runs."""
    answer = user.send(service, line, body, **headers)

    assert answer.status in {400, 403}, answer.body
    assert b"not authorized" in answer.body or b"AccessDenied" in answer.body or b"AuthorizationError" in answer.body
    assert "forged" not in [found["UserName"] for found in server.client("iam").list_users()["Users"]]
    assert server.client("s3").get_object(Bucket="files", Key="kept")["Body"].read() == b"content"


DENY = {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "s3:PutObjectAcl"}
SUBRESOURCES = [
    "s3:GetBucketLocation",
    "s3:GetBucketPolicy",
    "s3:GetMetricsConfiguration",
    "s3:PutMetricsConfiguration",
    "s3:PutBucketTagging",
    "s3:PutBucketCORS",
    "s3:DeleteObjectTagging",
    "s3:ListBucketMultipartUploads",
]


@pytest.fixture(scope="module")
def settings_user(server: ServerProcess) -> Iterator[User]:
    """Return a user with permissions for sub-resources only, not for objects or buckets themselves."""
    user = User(server, "settings", [{"Effect": "Allow", "Action": SUBRESOURCES, "Resource": "*"}])
    yield user
    user.delete()


@pytest.mark.conforms("port.actions")
@pytest.mark.parametrize(
    ("method", "bucket", "rest"),
    [
        ("GET", "spare", "/?list-type=2&location="),
        ("GET", "spare", "/?metrics=&id=a"),
        ("GET", "spare", "/?uploads=&versions="),
        ("PUT", "made", "/?metrics=&id=a"),
        ("DELETE", "empty", "/?metrics=&id=a"),
        ("DELETE", "spare", "/?policy=&tagging="),
        ("GET", "spare", "/kept?location="),
        ("GET", "spare", "/kept?policy="),
        ("GET", "spare", "/kept?uploads="),
        ("DELETE", "spare", "/kept?cors="),
        ("DELETE", "spare", "/kept?tagging=&uploadId=a"),
        ("PUT", "spare", "//?tagging="),
    ],
)
@pytest.mark.parametrize("by_host", [False, True], ids=["path", "host"])
def test_policies_of_a_user_are_evaluated_for_the_sub_resource_that_s3_uses(
    server: ServerProcess, settings_user: User, method: str, bucket: str, rest: str, *, by_host: bool
) -> None:
    """MiniStack's policies and its S3 use different tables; where they differ, only the root user has access."""
    s3 = server.client("s3")
    for name in ("spare", "empty"):
        s3.create_bucket(Bucket=name)
    s3.put_object(Bucket="spare", Key="kept", Body=b"content")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**DENY, "Resource": "arn:aws:s3:::spare/none"}]})
    s3.put_bucket_policy(Bucket="spare", Policy=policy)
    before = [found["Name"] for found in s3.list_buckets()["Buckets"]]

    if by_host:
        answer = settings_user.send_to_bucket(bucket, f"{method} {rest}")
    else:
        answer = settings_user.send("s3", f"{method} /{bucket}{rest}")

    assert (answer.status, b"s3:UnknownOperation" in answer.body) == (403, True), answer.body
    assert [found["Name"] for found in s3.list_buckets()["Buckets"]] == before
    assert [found["Key"] for found in s3.list_objects_v2(Bucket="spare")["Contents"]] == ["kept"]
    assert json.loads(s3.get_bucket_policy(Bucket="spare")["Policy"]) == json.loads(policy)


@pytest.mark.conforms("port.actions")
def test_a_user_may_use_the_sub_resources_that_the_policy_allows(server: ServerProcess, settings_user: User) -> None:
    s3 = clients(["s3"], server.url, settings_user.keys)["s3"]
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    server.client("s3").put_object_tagging(Bucket="files", Key="kept", Tagging=tags)

    s3.put_bucket_tagging(Bucket="files", Tagging=tags)
    s3.delete_object_tagging(Bucket="files", Key="kept")

    assert server.client("s3").get_bucket_tagging(Bucket="files")["TagSet"] == tags["TagSet"]
    assert server.client("s3").get_object_tagging(Bucket="files", Key="kept")["TagSet"] == []
    assert "LocationConstraint" in s3.get_bucket_location(Bucket="files")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="files", Prefix="k")


@pytest.mark.conforms("port.actions")
@pytest.mark.parametrize("line", ["GET /v2/_catalog", "POST /v2/images/blobs/uploads/", "GET /v2/images/tags/list"])
def test_the_registry_is_closed_to_users(user: User, line: str) -> None:
    """MiniStack checks no policy there, and does not support authorization tokens, which Docker uses for AWS."""
    answer = user.send("ecr", line)

    assert (answer.status, b"not authorized" in answer.body) == (403, True), answer.body


@pytest.mark.conforms("port.actions")
def test_a_user_may_do_what_the_policy_allows(server: ServerProcess, user: User) -> None:
    made = clients(["iam", "s3", "lambda", "dynamodb"], server.url, user.keys)

    assert made["iam"].list_users()["Users"]
    assert made["s3"].get_object(Bucket="files", Key="kept")["Body"].read() == b"content"
    assert made["lambda"].list_functions()["Functions"] == []
    assert made["dynamodb"].list_tables()["TableNames"] == []


@pytest.mark.conforms("port.actions")
def test_the_actions_of_every_protocol_are_found(server: ServerProcess) -> None:
    """No client of a service that the local stack uses is denied what its policy allows."""
    allowed = {
        "cloudwatch": ("list_metrics", {}, "cloudwatch:ListMetrics"),
        "sqs": ("list_queues", {}, "sqs:ListQueues"),
        "sns": ("list_topics", {}, "sns:ListTopics"),
        "events": ("list_rules", {}, "events:ListRules"),
        "scheduler": ("list_schedules", {}, "scheduler:ListSchedules"),
        "logs": ("describe_log_groups", {}, "logs:DescribeLogGroups"),
        "kms": ("list_keys", {}, "kms:ListKeys"),
        "cognito-idp": ("list_user_pools", {"MaxResults": 1}, "cognito-idp:ListUserPools"),
        "appsync": ("list_graphql_apis", {}, "appsync:ListGraphqlApis"),
        "lambda": ("list_event_source_mappings", {}, "lambda:ListEventSourceMappings"),
        "dynamodbstreams": ("list_streams", {}, "dynamodb:ListStreams"),
        "ses": ("list_identities", {}, "ses:ListIdentities"),
        "sesv2": ("list_email_identities", {}, "ses:ListEmailIdentities"),
        "ssm": ("describe_parameters", {}, "ssm:DescribeParameters"),
        "secretsmanager": ("list_secrets", {}, "secretsmanager:ListSecrets"),
        "resourcegroupstaggingapi": ("get_resources", {}, "tag:GetResources"),
    }
    actions = [action for *_call, action in allowed.values()]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    user = User(server, "lister", [statement])
    try:
        made = clients(allowed, server.url, user.keys)
        for service, (operation, arguments, _action) in allowed.items():
            getattr(made[service], operation)(**arguments)
    finally:
        user.delete()


# --- bodies -------------------------------------------------------------------------------------------


@pytest.mark.conforms("port.bodies")
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("PUT /files/forged", 403),
        ("POST /v1/apis", 403),
        ("DELETE /graphql", 405),
        ("PUT /graphql/x", 404),
        ("POST /_ministack/reset", 404),
        ("POST /a/../b", 404),
        ("POST /_local/ready", 200),
    ],
)
def test_an_unread_body_is_not_parsed_as_the_next_request(server: ServerProcess, line: str, status: int) -> None:
    """RFC 9110, 10.1.1: the client may omit the body or send it; in both cases no request is lost or forged."""
    port = port_of(server)
    next_request = f"GET /_local/ready HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as opened:
        opened.sendall(head.encode())
        received = opened.recv(65536)
        if received.startswith(b"HTTP/1.1 100 "):
            opened.sendall(b"x" * 500 + next_request.encode())
            received = _everything(opened, received.partition(b"\r\n\r\n")[2])
            assert b'"ready": true' in received
        else:
            received = _everything(opened, received)
            assert b"connection: close" in received.lower()

    assert received.startswith(f"HTTP/1.1 {status} ".encode())


def _everything(opened: socket.socket, received: bytes) -> bytes:
    while part := opened.recv(65536):
        received += part
    return received


@pytest.mark.conforms("port.bodies")
@pytest.mark.parametrize(
    ("line", "headers"),
    [
        ("PUT /files/forged", []),
        ("PUT /files/forged", ["Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request"]),
        ("POST /files", ["Content-Type: multipart/form-data; boundary=b"]),
        ("POST /", [f"X-Amz-Target: {TARGET}.SignUp", f"Content-Type: {JSON}"]),
        ("OPTIONS /files/kept", ["Origin: https://app.example"]),
        ("POST /graphql", []),
    ],
)
def test_an_unsigned_upload_is_not_kept_in_memory(server: ServerProcess, line: str, headers: list[str]) -> None:
    assert server.process is not None
    before = _peak_of(server.process.pid)
    size, part = 128 * 1024 * 1024, b"x" * (1024 * 1024)
    port = port_of(server)
    head = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, f"Content-Length: {size}", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as opened:
        opened.sendall("\r\n".join(head).encode())
        for _ in range(size // len(part)):
            opened.sendall(part)
        status = int(opened.recv(65536).split()[1])

    assert status in {400, 401, 403, 413}
    assert _peak_of(server.process.pid) - before < 64 * 1024


def _peak_of(pid: int) -> int:
    """Return the peak memory of a process in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])


def test_a_signed_upload_may_be_large(server: ServerProcess) -> None:
    content = os.urandom(1_500_000).hex().encode()
    s3 = server.client("s3")
    s3.put_object(Bucket="files", Key="large", Body=content)
    keys = server.credentials
    session = boto3.Session(keys.access_key_id, keys.secret_access_key, region_name="us-east-1")
    signing = session.client("s3", endpoint_url=server.url, config=Config(signature_version="s3v4"))
    post = signing.generate_presigned_post("files", "form")
    form = upload_form(post["fields"], content)

    try:
        assert s3.get_object(Bucket="files", Key="large")["Body"].read() == content
        assert send(port_of(server), "POST /files HTTP/1.1", MULTIPART, body=form).status == 204
        assert s3.get_object(Bucket="files", Key="form")["Body"].read() == content
    finally:
        for key in ("large", "form"):
            s3.delete_object(Bucket="files", Key=key)


@pytest.mark.conforms("port.bodies")
@pytest.mark.parametrize(
    "body",
    [b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 200_000, b'{"a":' + b"9" * 6000 + b"}"],
    ids=["deep objects", "deep lists", "long number"],
)
@pytest.mark.parametrize("operation", ["SignUp", "InitiateAuth"])
def test_a_body_above_the_limit_is_refused(server: ServerProcess, operation: str, body: bytes) -> None:
    headers = (f"Content-Type: {JSON}", f"X-Amz-Target: {TARGET}.{operation}")

    answer = send(port_of(server), "POST / HTTP/1.1", *headers, body=body)

    assert (answer.status, json.loads(answer.body)["__type"]) == (400, "SerializationException")


# --- remedies of refusals ------------------------------------------------------------------------------


@pytest.mark.conforms("port.refusals")
def test_a_signature_of_version_2_is_refused_with_the_setting_to_change(server: ServerProcess) -> None:
    keys = server.credentials
    session = boto3.Session(keys.access_key_id, keys.secret_access_key, region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=server.url, config=Config(signature_version="s3"))
    address = s3.generate_presigned_url("get_object", Params={"Bucket": "files", "Key": "kept"})
    post = s3.generate_presigned_post("files", "forged")
    assert "signature" in post["fields"]

    read = send(port_of(server), f"GET {address.removeprefix(server.url)} HTTP/1.1")
    written = send(port_of(server), "POST /files HTTP/1.1", MULTIPART, body=upload_form(post["fields"], b"x"))

    for answer in (read, written):
        assert answer.status in {400, 403}
        assert b"Config(signature_version='s3v4')" in answer.body


@pytest.mark.conforms("port.refusals")
@pytest.mark.parametrize("service", ["dynamodb", "s3", "iam"])
def test_a_stale_session_token_is_reported_with_the_directory(server: ServerProcess, service: str) -> None:
    keys = server.credentials
    session = boto3.Session(keys.access_key_id, keys.secret_access_key, "left over", region_name="us-east-1")
    client: Any = session.client(service, endpoint_url=server.url)  # type: ignore[call-overload]
    operation = {"dynamodb": "list_tables", "s3": "list_buckets", "iam": "list_users"}[service]

    with pytest.raises(ClientError) as refused:
        getattr(client, operation)()

    said = refused.value.response["Error"]["Message"]
    assert "AWS_SESSION_TOKEN" in said
    assert f"{REMEDY} --directory {server.directory}" in said


def test_presigned_urls_are_valid_in_this_run(server: ServerProcess) -> None:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    for keys, status in ((server.credentials, 200), (RunCredentials(server.credentials.access_key_id, "wrong"), 403)):
        session = boto3.Session(keys.access_key_id, keys.secret_access_key, region_name="us-east-1")
        s3 = session.client("s3", endpoint_url=server.url, config=config)
        address = s3.generate_presigned_url("get_object", Params={"Bucket": "files", "Key": "kept"})
        assert send(port_of(server), f"GET {address.removeprefix(server.url)} HTTP/1.1").status == status


# --- without a signature ------------------------------------------------------------------------------


@pytest.mark.conforms("port.unsigned")
def test_public_cognito_operations_accept_every_origin(server: ServerProcess) -> None:
    page = ("Origin: https://app.example", f"Content-Type: {JSON}")
    port = port_of(server)

    public = send(port, "POST / HTTP/1.1", *page, f"X-Amz-Target: {TARGET}.InitiateAuth", body=b"{}")
    private = send(port, "POST / HTTP/1.1", *page, f"X-Amz-Target: {TARGET}.ListUserPools", body=b'{"MaxResults":1}')
    preflight = send(port, "OPTIONS / HTTP/1.1", page[0], "Access-Control-Request-Headers: authorization,x-amz-target")

    assert (public.status, public.headers["access-control-allow-origin"]) == (400, "*")
    assert b"MissingAuthenticationToken" not in public.body
    assert (private.status, "access-control-allow-origin" in private.headers) == (400, False)
    assert b"MissingAuthenticationToken" in private.body
    assert REMEDY.encode() in private.body  # from the gate: MiniStack refuses this one, but not all
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "x-amz-target" in preflight.headers["access-control-allow-headers"]
    assert "authorization" not in preflight.headers["access-control-allow-headers"].lower()


@pytest.mark.conforms("port.identity")
@pytest.mark.parametrize("operation", ["GetId", "GetCredentialsForIdentity", "GetOpenIdToken", "UnlinkIdentity"])
def test_operations_of_identity_pools_require_a_signature(server: ServerProcess, operation: str) -> None:
    headers = (f"Content-Type: {JSON}", f"X-Amz-Target: AWSCognitoIdentityService.{operation}")

    answer = send(port_of(server), "POST / HTTP/1.1", *headers, body=b"{}")

    assert (answer.status, b"MissingAuthenticationToken" in answer.body) == (400, True)
    assert REMEDY.encode() in answer.body


@pytest.mark.conforms("port.unsigned")
@pytest.mark.parametrize("line", ["POST /2015-03-31/functions", "POST /?Action=CreateUser", "GET /", "PUT /files/a"])
def test_the_name_of_a_public_operation_allows_nothing_else(server: ServerProcess, line: str) -> None:
    answer = send(port_of(server), f"{line} HTTP/1.1", f"X-Amz-Target: {TARGET}.SignUp", body=b"{}")

    assert answer.status in {400, 403}
    assert b"Missing" in answer.body or b"AccessDenied" in answer.body


@pytest.mark.conforms("port.unsigned")
def test_the_keys_of_an_existing_pool_are_public(server: ServerProcess) -> None:
    pool = server.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"]
    port = port_of(server)

    keys = send(port, f"GET /{pool}/.well-known/jwks.json HTTP/1.1", "Origin: https://app.example")

    assert (keys.status, keys.headers["access-control-allow-origin"]) == (200, "*")
    assert send(port, "GET /us-east-1_absent/.well-known/jwks.json HTTP/1.1").status == 403


@pytest.mark.conforms("port.unsigned")
@pytest.mark.parametrize("fields", [{"key": "forged"}, {"key": "forged", "policy": "e30=", "x-amz-signature": "0"}])
def test_an_unsigned_form_is_refused(server: ServerProcess, fields: dict[str, str]) -> None:
    answer = send(port_of(server), "POST /files HTTP/1.1", MULTIPART, body=upload_form(fields, b"x"))

    assert answer.status == 403
    assert REMEDY.encode() in answer.body or b"Signature" in answer.body  # from the gate
    assert [found["Key"] for found in server.client("s3").list_objects_v2(Bucket="files")["Contents"]] == ["kept"]


@pytest.mark.conforms("port.pages")
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_foreign_page_may_not_use_stolen_credentials(server: ServerProcess, origin: str) -> None:
    client = clients(["dynamodb"], server.url, server.credentials)["dynamodb"]
    client.meta.events.register("before-send", lambda request, **_: request.headers.update(Origin=origin))

    with pytest.raises(ClientError) as refused:
        client.list_tables()

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_responses_of_aws_services_have_no_cors_headers(server: ServerProcess) -> None:
    headers = server.client("dynamodb").list_tables()["ResponseMetadata"]["HTTPHeaders"]

    assert not [name for name in headers if name.startswith("access-control-")]


# --- credentials and files ----------------------------------------------------------------------------


def test_all_files_of_the_directory_are_readable_by_the_owner_only(server: ServerProcess) -> None:
    found = [server.directory, *server.directory.rglob("*")]

    assert len(found) > 10
    assert [path for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()] == []


def test_files_of_an_earlier_version_become_readable_by_the_owner_only(tmp_path: Path) -> None:
    old = tmp_path / "data" / "state" / "items"
    old.mkdir(parents=True)
    (old / "old").write_text("secret")
    (tmp_path / "data" / "server.pid").touch()
    (old / "journal-00000001.jsonl").write_text("[]\n")
    for path in (tmp_path / "data", old, old / "old"):
        path.chmod(0o755)

    with ServerProcess(tmp_path / "data"):
        assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data", old, old / "old")} == {0o700}


def test_every_run_has_different_credentials(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        first = server.credentials
        assert server.client("sts").get_caller_identity()["Arn"].endswith(":root")
        assert _identity_in_a_shell(server) == _identity_in_a_shell(server)
        server.end(signal.SIGTERM)
        server.start()
        assert server.credentials not in {first, RunCredentials("test", "test")}
        assert len(server.credentials.access_key_id) == 20
        assert len(server.credentials.secret_access_key) == 40
        assert server.client("sts").get_caller_identity()["Arn"].endswith(":root")
        with pytest.raises(ClientError, match="Credentials of an earlier run"):
            clients(["sts"], server.url, first)["sts"].get_caller_identity()


def _identity_in_a_shell(server: ServerProcess) -> Any:  # noqa: ANN401 - JSON
    """Return the caller identity after the documented command, in a shell that has other credentials."""
    python = shlex.quote(sys.executable)
    ask = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    script = f'eval "$({python} -m local credentials)" && {python} -c {shlex.quote(ask)}'
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "CHAT_LOCAL_DIRECTORY": str(server.directory),
        "AWS_PROFILE": "mine",
        "AWS_SESSION_TOKEN": "mine",
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
