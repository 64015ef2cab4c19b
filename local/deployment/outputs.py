"""``outputs.json``: the stack's outputs with the addresses a client on this machine uses, and the demo users."""

from __future__ import annotations

import json
import os
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from local.embedded.credentials import RunCredentials
from local.embedded.environment import DEFAULT_REGION
from local.instance import HOST

if TYPE_CHECKING:
    from local.embedded.environment import DataDirectory
    from local.instance import Instance

DEFAULT_DIRECTORY: Final = Path(".local")
"""The data directory of the local backend, relative to the repository."""
_OTHER_CREDENTIALS: Final = "AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN"
"""Variables that AWS clients would use together with, or instead of, the keys of this run."""
_KEY: Final = "AccessKeyId"
_SECRET: Final = "SecretAccessKey"  # noqa: S105 - the name of an output


def outputs_file(directory: DataDirectory) -> Path:
    """Return where the outputs lie."""
    return directory.root / "outputs.json"


def read_outputs(directory: DataDirectory) -> dict[str, Any]:
    """Return the outputs of the last deployment; empty before the first."""
    try:
        outputs: dict[str, Any] = json.loads(outputs_file(directory).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return outputs


def publish_credentials(directory: DataDirectory, credentials: RunCredentials) -> None:
    """Put the credentials of a run that begins among the outputs; what else is there stays."""
    write_outputs(directory, {**read_outputs(directory), **_named(credentials)})


def read_credentials(directory: DataDirectory) -> RunCredentials:
    """Return the credentials of the run that began last.

    Raises:
        KeyError: no server has run here, or one of an earlier version.
    """
    outputs = read_outputs(directory)
    return RunCredentials(outputs[_KEY], outputs[_SECRET])


def credentials_command(directory: DataDirectory) -> str:
    """Return the shell command after which AWS's clients use the local AWS of a directory."""
    root = directory.root.resolve()
    own = "" if root == DEFAULT_DIRECTORY.resolve() else f" --directory {quote(str(root))}"
    return f'eval "$(.venv/bin/python -m local credentials{own})"'


def export_line(credentials: RunCredentials, endpoint: str) -> str:
    """Return a shell command after which AWS's clients use the local AWS at an address, and no other credentials."""
    regions = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), DEFAULT_REGION)  # boto3 reads the second one only
    variables = {**credentials.variables(), **regions, "AWS_ENDPOINT_URL": endpoint}
    exported = " ".join(f"{name}={quote(value)}" for name, value in variables.items())
    return f"unset {_OTHER_CREDENTIALS}; export {exported}"


def _named(credentials: RunCredentials) -> dict[str, str]:
    return {_KEY: credentials.access_key_id, _SECRET: credentials.secret_access_key}


def local_outputs(stack_outputs: dict[str, Any], directory: DataDirectory, instance: Instance) -> dict[str, Any]:
    """Return the stack's outputs with the local addresses and the credentials of this run added.

    ``GraphQLAPIURL`` is an AWS name that answers nowhere; clients take the four addresses beside it.
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
    """Write the file in one step; only its owner may read it, passwords and keys are in it."""
    file = outputs_file(directory)
    temporary = file.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        json.dump(outputs, written, indent=2, sort_keys=True)
        written.write("\n")
    temporary.replace(file)
