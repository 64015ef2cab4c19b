"""``outputs.json``: the stack's outputs, the local addresses that clients use, and the demo users."""

from __future__ import annotations

import json
import os
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from common.json_documents import find_object
from common.whole_files import put_aside, write_whole
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DEFAULT_REGION
from local.errors import LocalAwsError
from local.instance import HOST

if TYPE_CHECKING:
    from local.embedded.environment import DataDirectory
    from local.instance import Instance

DEFAULT_DIRECTORY: Final = Path(".local")
"""The data directory of the local AWS, relative to the repository."""
_OTHER_CREDENTIALS: Final = "AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN"
"""Variables that AWS clients would use in addition to, or instead of, the keys of this run."""
_KEY: Final = "AccessKeyId"
_SECRET: Final = "SecretAccessKey"  # noqa: S105 - the name of an output


class OutputsError(LocalAwsError):
    """The files lack required content; the message names the remedy."""


def outputs_file(directory: DataDirectory) -> Path:
    """Return the path of the outputs."""
    return directory.root / "outputs.json"


def _credentials_file(directory: DataDirectory) -> Path:
    """Return the path of a run's credentials, a separate file because the outputs may be lost during the run."""
    return directory.root / "credentials.json"


def read_outputs(directory: DataDirectory) -> dict[str, Any]:
    """Return the outputs of the last deployment; empty before the first.

    Raises:
        OutputsError: the file is damaged.
    """
    file = outputs_file(directory)
    outputs = find_object(file)
    if outputs is None and os.path.lexists(file):
        message = f"{file} is damaged: it is not a JSON object. `make up` creates it again."
        raise OutputsError(message)
    return outputs or {}


def kept_outputs(directory: DataDirectory) -> dict[str, Any]:
    """Return the outputs of the last deployment; set a damaged file aside and return none.

    Raises:
        FileError: it cannot be set aside.
    """
    try:
        return read_outputs(directory)
    except OutputsError:
        put_aside(outputs_file(directory))
        return {}


def users_of(outputs: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the demo users in the outputs by name; incomplete entries are left out."""
    users = outputs.get("Users")
    entries = users.items() if isinstance(users, dict) else ()
    return {name: user for name, user in entries if isinstance(user, dict) and _is_user(user)}


def _is_user(user: dict[str, Any]) -> bool:
    return all(isinstance(user.get(key), str) and user[key] for key in ("username", "password", "email"))


def publish_credentials(directory: DataDirectory, credentials: RunCredentials) -> None:
    """Write the credentials of a starting run to the outputs; keep the rest.

    Raises:
        FileError: they cannot be written.
    """
    named = _named(credentials)
    _write_object(_credentials_file(directory), named)
    write_outputs(directory, {**kept_outputs(directory), **named})


def read_credentials(directory: DataDirectory) -> RunCredentials:
    """Return the credentials of the latest run.

    Raises:
        OutputsError: no server has run here, or its files are lost.
    """
    for file in (_credentials_file(directory), outputs_file(directory)):
        found = find_object(file) or {}
        key, secret = found.get(_KEY), found.get(_SECRET)
        if isinstance(key, str) and isinstance(secret, str) and key and secret:
            return RunCredentials(key, secret)
    message = (
        f"The credentials of this run are missing from {outputs_file(directory)}. A server makes new ones "
        "when it starts: `make down`, then `make up`."
    )
    raise OutputsError(message)


def credentials_command(directory: DataDirectory) -> str:
    """Return the shell command that configures AWS clients for the local AWS of a directory."""
    root = directory.root.resolve()
    own = "" if root == DEFAULT_DIRECTORY.resolve() else f" --directory {quote(str(root))}"
    return f'eval "$(.venv/bin/python -m local credentials{own})"'


def export_line(credentials: RunCredentials, endpoint: str) -> str:
    """Return a shell command that makes AWS clients use an endpoint with these credentials only."""
    regions = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), DEFAULT_REGION)  # boto3 reads the second only
    variables = {**credentials.variables(), **regions, "AWS_ENDPOINT_URL": endpoint}
    exported = " ".join(f"{name}={quote(value)}" for name, value in variables.items())
    return f"unset {_OTHER_CREDENTIALS}; export {exported}"


def _named(credentials: RunCredentials) -> dict[str, str]:
    return {_KEY: credentials.access_key_id, _SECRET: credentials.secret_access_key}


def local_outputs(stack_outputs: dict[str, Any], directory: DataDirectory, instance: Instance) -> dict[str, Any]:
    """Return the stack's outputs with the local addresses and the credentials of this run.

    ``GraphQLAPIURL`` is an AWS name that does not respond locally; clients use the four addresses added here.
    """
    plain, secure = f"{HOST}:{instance.port}", f"{HOST}:{instance.tls_port}"
    return {
        **stack_outputs,
        "GraphQLURL": f"http://{plain}/graphql",
        "GraphQLSecureURL": f"https://{secure}/graphql",
        "RealtimeURL": f"ws://{plain}/graphql/realtime",
        "RealtimeSecureURL": f"wss://{secure}/graphql/realtime",
        "CognitoEndpoint": f"http://{plain}",
        "WebURL": instance.web_url,
        **_named(read_credentials(directory)),
        "CertificateAuthority": str(directory.certificates / "authority.pem"),
    }


def write_outputs(directory: DataDirectory, outputs: dict[str, Any]) -> None:
    """Write the file atomically; only its owner may read it, because it contains passwords and keys.

    Raises:
        FileError: it cannot be written.
    """
    _write_object(outputs_file(directory), outputs)


def _write_object(file: Path, value: dict[str, Any]) -> None:
    write_whole(file, json.dumps(value, indent=2, sort_keys=True) + "\n")
