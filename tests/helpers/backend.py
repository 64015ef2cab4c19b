"""A local backend as a process of its own: started by its command line, killed the hard way, started again."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config

from local.embedded.credentials import RunCredentials
from local.embedded.environment import client_environment
from tests.helpers.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_lambda import LambdaClient

ROOT = Path(__file__).resolve().parents[2]
Deploy = Literal["auto", "direct", "terraform"]
START_SECONDS = 900
CLIENT_CONFIG = Config(retries={"total_max_attempts": 3}, max_pool_connections=32, proxies={})


class CommandError(Exception):
    """The command line ended with a code that the test did not expect."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a started backend tells its clients: the file ``outputs.json`` with its fixed names."""

    values: dict[str, Any]

    @classmethod
    def load(cls, file: Path) -> Outputs:
        """Read the file.

        Raises:
            FileNotFoundError: the backend has never been up.
        """
        return cls(json.loads(file.read_text(encoding="utf-8")))

    def __getitem__(self, name: str) -> str:
        """Return one output that is text."""
        return str(self.values[name])

    @property
    def endpoint(self) -> str:
        """The AWS endpoint, for boto3 and Terraform."""
        return self["CognitoEndpoint"]

    @property
    def credentials(self) -> RunCredentials:
        """Of the account's own administrator, while the server runs."""
        return RunCredentials(self["AccessKeyId"], self["SecretAccessKey"])

    @property
    def addresses(self) -> dict[str, Any]:
        """Everything but the credentials, which every start makes anew."""
        return {name: value for name, value in self.values.items() if name not in ("AccessKeyId", "SecretAccessKey")}

    @property
    def region(self) -> str:
        """The region of everything."""
        return self["Region"]

    @property
    def user_pool_id(self) -> str:
        """The Cognito user pool."""
        return self["UserPoolId"]

    @property
    def client_id(self) -> str:
        """The public client of the user pool."""
        return self["UserPoolClientId"]

    @property
    def demo_users(self) -> dict[str, dict[str, str]]:
        """The users that ``up`` made, by name: username, password and email."""
        users: dict[str, dict[str, str]] = self.values["Users"]
        return users

    def trust(self) -> ssl.SSLContext:
        """Trust for the secure addresses: the backend's own certificate authority and no other."""
        return ssl.create_default_context(cafile=self["CertificateAuthority"])


class LocalBackend:
    """One local backend in one folder, driven through ``python -m local``.

    Args:
        directory: where its data, logs and outputs lie.
        deploy: how the stack gets into it.
        settings: the environment's settings that differ from its file, as variables (``CHAT_<SETTING>``).
    """

    def __init__(
        self, directory: Path, *, deploy: Deploy = "direct", settings: Mapping[str, str] | None = None
    ) -> None:
        self.directory = directory
        self.deploy = deploy
        self._ports = ("0", "0", "0")
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._settings = dict(settings or {})

    @property
    def outputs(self) -> Outputs:
        """What the last ``up`` wrote."""
        return Outputs.load(self.directory / "outputs.json")

    def command(
        self, *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = START_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python -m local`` to its end, whatever the end is.

        Args:
            arguments: its arguments; ``--directory`` is added.
            environment: variables on top of this backend's settings, and of this process's variables without the
                CHAT_ and AWS_ ones.
            timeout: seconds.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAT_", "AWS_"))}
        return subprocess.run(
            [sys.executable, "-m", "local", *arguments, "--directory", str(self.directory)],
            cwd=ROOT,
            env={**kept, **self._settings, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def up(self, *, environment: Mapping[str, str] | None = None, web: bool = False) -> Outputs:
        """Start and deploy; return when it is ready. A second start uses the first one's ports.

        Args:
            environment: variables on top of this backend's settings.
            web: whether to build the web client.

        Raises:
            CommandError: it did not come up; the message carries what it printed and the end of its log.
        """
        done = self.command(
            *("up", "--detach", "--no-conversation", "--deploy", self.deploy),
            *("--port", self._ports[0], "--tls-port", self._ports[1], "--web-port", self._ports[2]),
            *(() if web else ("--no-web",)),
            environment=environment,
        )
        if done.returncode:
            raise CommandError(f"up ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        outputs = self.outputs
        self._ports = (_port(outputs["GraphQLURL"]), _port(outputs["GraphQLSecureURL"]), _port(outputs["WebURL"]))
        return outputs

    def down(self) -> None:
        """Stop in an orderly way.

        Raises:
            CommandError: the command failed.
        """
        done = self.command("down")
        if done.returncode:
            raise CommandError(f"down ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    @property
    def pid(self) -> int:
        """The process id of the running server.

        Raises:
            FileNotFoundError: none is running.
        """
        return int((self.directory / "server.pid").read_text(encoding="ascii").split()[0])

    def kill(self) -> None:
        """End the server with SIGKILL: nothing of it can clean up or save."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid))

    def session(self) -> boto3.Session:
        """Return boto3's way in as the account's own administrator."""
        credentials = self.outputs.credentials
        return boto3.Session(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            region_name=self.outputs.region,
        )

    def environment(self) -> dict[str, str]:
        """Return this process's variables with the way into this backend, and nothing of the user's AWS."""
        outputs = self.outputs
        return client_environment(outputs.credentials) | {"AWS_ENDPOINT_URL": outputs.endpoint}

    def own_variables(self) -> dict[str, str]:
        """Return the variables that lead into this backend, and no others."""
        outputs = self.outputs
        return client_environment(outputs.credentials, {}) | {"AWS_ENDPOINT_URL": outputs.endpoint}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients are typed by literal names
        """Return an administrator's client of a service, made once: that takes boto3 a tenth of a second."""
        place = self._place(service)
        if place not in self._clients:
            make: Any = self.session().client
            self._clients[place] = make(service, endpoint_url=place[1], config=CLIENT_CONFIG)
        return self._clients[place]

    def _place(self, service: str) -> tuple[str, str, str]:
        """Return what a client is good for: a server that starts again has other credentials."""
        outputs = self.outputs
        return service, outputs.endpoint, outputs.credentials.access_key_id

    def cognito(self) -> CognitoIdentityProviderClient:
        """Return a client of Cognito, as an administrator."""
        client: CognitoIdentityProviderClient = self.client("cognito-idp")
        return client

    def dynamodb(self) -> DynamoDBClient:
        """Return a client of DynamoDB, behind AppSync's back."""
        client: DynamoDBClient = self.client("dynamodb")
        return client

    def functions(self) -> LambdaClient:
        """Return a client of Lambda, as an administrator."""
        client: LambdaClient = self.client("lambda")
        return client

    def table(self, key: str) -> Table:
        """Return one of the chat's tables, for example ``messages``, behind AppSync's back."""
        place = self._place("dynamodb.resource")
        if place not in self._clients:
            make = self.session().resource
            self._clients[place] = make("dynamodb", endpoint_url=place[1], config=CLIENT_CONFIG)
        table: Table = self._clients[place].Table(self.outputs[f"{key.capitalize()}TableName"])
        return table

    def rows(self, key: str) -> list[dict[str, Any]]:
        """Return every row of a table: what the tests compare before and after."""
        return _all(self.table(key).scan, {})

    def rows_of(self, room: Mapping[str, Any], *keys: str) -> dict[str, list[dict[str, Any]]]:
        """Return what tables hold of one room: functions may be at work on others, and expired rows go at any time."""
        markers = {"FilterExpression": Attr("senderId").begins_with(f"{room['id']}#")}
        by_key = {"KeyConditionExpression": Key("roomId").eq(room["id"])}
        return {
            key: _all(self.table(key).scan, markers) if key == "deduplication" else _all(self.table(key).query, by_key)
            for key in keys
        }


def _all(read: Callable[..., Any], request: Mapping[str, Any]) -> list[dict[str, Any]]:
    page = read(ConsistentRead=True, **request)
    rows = list(page["Items"])
    while "LastEvaluatedKey" in page:
        page = read(ConsistentRead=True, ExclusiveStartKey=page["LastEvaluatedKey"], **request)
        rows += page["Items"]
    return rows


def is_running(pid: int) -> bool:
    """Tell whether a process lives; one that has ended but was not waited for yet does not."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        return state != "Z"
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return not Path("/proc").is_dir()
    return False


def _port(url: str) -> str:
    return str(urlsplit(url).port)
