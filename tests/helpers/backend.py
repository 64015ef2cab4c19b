"""A local AWS as a separate process: started by its command line, killed with SIGKILL, started again."""

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
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config

from common.deploy_mode import DeployMode
from local.embedded.credentials import RunCredentials
from local.embedded.environment import client_environment
from tests.helpers.environments import frozen_process_environment
from tests.helpers.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_lambda import LambdaClient

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 900
CLIENT_CONFIG = Config(retries={"total_max_attempts": 3}, max_pool_connections=32, proxies={})


class CommandError(Exception):
    """The command line exited with a code that the test did not expect."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The addresses and ids for clients of a running backend: ``outputs.json``, which has fixed names."""

    values: dict[str, Any]

    @classmethod
    def load(cls, file: Path) -> Outputs:
        """Read the file.

        Raises:
            FileNotFoundError: the backend has never been started.
        """
        return cls(json.loads(file.read_text(encoding="utf-8")))

    def __getitem__(self, name: str) -> str:
        """Return an output that is a string."""
        return str(self.values[name])

    @property
    def endpoint(self) -> str:
        """The AWS endpoint, for boto3 and Terraform."""
        return self["CognitoEndpoint"]

    @property
    def credentials(self) -> RunCredentials:
        """Credentials of the account's administrator, valid while the server runs."""
        return RunCredentials(self["AccessKeyId"], self["SecretAccessKey"])

    @property
    def addresses(self) -> dict[str, Any]:
        """All outputs except the credentials, which are new after every start."""
        return {name: value for name, value in self.values.items() if name not in ("AccessKeyId", "SecretAccessKey")}

    @property
    def region(self) -> str:
        """The region of all resources."""
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
        """The users created by ``up``, by name: username, password and email."""
        users: dict[str, dict[str, str]] = self.values["Users"]
        return users

    def trust(self) -> ssl.SSLContext:
        """An SSL context that trusts only the backend's own certificate authority."""
        return ssl.create_default_context(cafile=self["CertificateAuthority"])


class LocalBackend:
    """One local AWS in one folder, driven through ``python -m local``.

    Args:
        directory: folder of its data, logs and outputs.
        deploy: how the stack is deployed.
        settings: settings that differ from the environment's file, as variables (``CHAT_<SETTING>``).
    """

    def __init__(
        self, directory: Path, *, deploy: DeployMode = DeployMode.DIRECT, settings: Mapping[str, str] | None = None
    ) -> None:
        self.directory = directory
        self.deploy = deploy
        self._ports = ("0", "0", "0")
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._settings = dict(settings or {})

    @property
    def outputs(self) -> Outputs:
        """Return the outputs of the last ``up``."""
        return Outputs.load(self.directory / "outputs.json")

    def command(
        self, *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = START_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python -m local`` and return when it ends, with any exit code.

        Args:
            arguments: its arguments; ``--directory`` is added.
            environment: variables in addition to this backend's settings, the frozen environments, and this process's
                variables except CHAT_, CDKTF_ and AWS_ variables.
            timeout: seconds.
        """
        kept = frozen_process_environment(without=("AWS_",))
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
        """Start and deploy; return when the backend is ready. A second start uses the same ports.

        Args:
            environment: variables in addition to this backend's settings.
            web: whether to build the web client.

        Raises:
            CommandError: the start failed; the message contains the output and the end of the log.
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
        """Stop the backend gracefully.

        Raises:
            CommandError: the command failed.
        """
        done = self.command("down")
        if done.returncode:
            raise CommandError(f"down ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    @property
    def pid(self) -> int:
        """Return the process id of the running server.

        Raises:
            FileNotFoundError: no server is running.
        """
        return int((self.directory / "server.pid").read_text(encoding="ascii").split()[0])

    def kill(self) -> None:
        """End the server with SIGKILL, so that it cannot clean up or save anything."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid))

    def session(self) -> boto3.Session:
        """Return a boto3 session of the account's administrator."""
        credentials = self.outputs.credentials
        return boto3.Session(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            region_name=self.outputs.region,
        )

    def environment(self) -> dict[str, str]:
        """Return this process's variables with access to this backend, without the user's own AWS settings."""
        outputs = self.outputs
        return client_environment(outputs.credentials) | {"AWS_ENDPOINT_URL": outputs.endpoint}

    def own_variables(self) -> dict[str, str]:
        """Return only the variables that give access to this backend."""
        outputs = self.outputs
        return client_environment(outputs.credentials, {}) | {"AWS_ENDPOINT_URL": outputs.endpoint}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients are typed by literal names
        """Return an administrator's client of a service, cached because creating it takes a tenth of a second."""
        place = self._place(service)
        if place not in self._clients:
            make: Any = self.session().client
            self._clients[place] = make(service, endpoint_url=place[1], config=CLIENT_CONFIG)
        return self._clients[place]

    def _place(self, service: str) -> tuple[str, str, str]:
        """Return the cache key of clients: a restarted server has other credentials."""
        outputs = self.outputs
        return service, outputs.endpoint, outputs.credentials.access_key_id

    def cognito(self) -> CognitoIdentityProviderClient:
        """Return an administrator's Cognito client."""
        client: CognitoIdentityProviderClient = self.client("cognito-idp")
        return client

    def dynamodb(self) -> DynamoDBClient:
        """Return a DynamoDB client, which bypasses AppSync."""
        client: DynamoDBClient = self.client("dynamodb")
        return client

    def functions(self) -> LambdaClient:
        """Return an administrator's Lambda client."""
        client: LambdaClient = self.client("lambda")
        return client

    def table(self, key: str) -> Table:
        """Return a table of the chat, for example ``messages``, which bypasses AppSync."""
        place = self._place("dynamodb.resource")
        if place not in self._clients:
            make = self.session().resource
            self._clients[place] = make("dynamodb", endpoint_url=place[1], config=CLIENT_CONFIG)
        table: Table = self._clients[place].Table(self.outputs[f"{key.capitalize()}TableName"])
        return table

    def rows(self, key: str) -> list[dict[str, Any]]:
        """Return every row of a table, for comparisons before and after."""
        return _all(self.table(key).scan, {})

    def rows_of(self, room: Mapping[str, Any], *keys: str) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of one room: functions may change other rooms, and expired rows may disappear at any time."""
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
    """Return whether a process is alive; a process that has ended but was not waited for is not alive."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        return state != "Z"
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return not Path("/proc").is_dir()
    return False


def _port(url: str) -> str:
    return str(urlsplit(url).port)
