"""Sets up the environment for MiniStack, which reads most of it at import time."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from common.owned_folder import ForeignFolderError
from common.whole_files import make_folder
from local.data_folder import claim_data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from local.embedded.credentials import RunCredentials

MINISTACK_VERSION = "1.5.33"
"""The only version whose internal names are known to fit the modules of this package; each lists those that it uses."""

ACCOUNT_ID = "000000000000"
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The files of one local AWS."""

    root: Path

    @property
    def state(self) -> Path:
        """The state of the services; DynamoDB's items are under ``items/``."""
        return self.root / "state"

    @property
    def objects(self) -> Path:
        """The objects of S3: a description of each object, and a file with the bytes of each version."""
        return self.root / "objects"

    @property
    def temporary(self) -> Path:
        """Unpacked Lambda code of this run; emptied at every start."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        """Log files, one per purpose."""
        return self.root / "logs"

    @property
    def certificates(self) -> Path:
        """The certificate authority of this machine and the server's certificate."""
        return self.root / "certificates"

    @property
    def stack(self) -> Path:
        """The synthesized stack."""
        return self.root / "stack"

    @property
    def deployed_by(self) -> Path:
        """The file that records the mode of the last deployment: Terraform or direct."""
        return self.root / "deployed-by"

    @property
    def deployment_record(self) -> Path:
        """The resources that the direct deployment has created."""
        return self.root / "direct.json"

    @property
    def terraform(self) -> Path:
        """Terraform's own files: providers and backend settings."""
        return self.root / "terraform"


def client_environment(credentials: RunCredentials | None = None, base: dict[str, str] | None = None) -> dict[str, str]:
    """Return an environment without the user's AWS and Terraform settings, and without proxies for loopback.

    A profile, endpoint or session token of the user would direct local calls to another AWS.

    Args:
        credentials: of the local AWS; without them, requests cannot be signed.
        base: the base environment; by default that of this process.
    """
    source = dict(os.environ) if base is None else base
    kept = {name: value for name, value in source.items() if not name.startswith(("AWS_", "TF_"))}
    kept.update(
        **({} if credentials is None else credentials.variables()),
        AWS_REGION=DEFAULT_REGION,
        AWS_DEFAULT_REGION=DEFAULT_REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1,localhost",
        no_proxy="127.0.0.1,localhost",
    )
    return kept


def prepare(directory: DataDirectory, port: int, credentials: RunCredentials) -> None:
    """Set this process's environment for MiniStack, which must not have been imported yet.

    Args:
        directory: the data directory.
        port: the port for plain HTTP, which functions use.
        credentials: the account's root; MiniStack reads them from the environment.

    Raises:
        RuntimeError: MiniStack is already imported, or is not the pinned version.
        ForeignFolderError: the folder contains files of another origin, or a folder that is emptied here is outside of
            it.
    """
    if "ministack.app" in sys.modules:
        msg = "MiniStack was imported before its environment was set"
        raise RuntimeError(msg)
    installed = version("ministack")
    if installed != MINISTACK_VERSION:
        msg = f"MiniStack {installed} is installed, {MINISTACK_VERSION} is needed: run the Makefile's bootstrap again"
        raise RuntimeError(msg)
    claim_data_folder(directory.root)
    if directory.temporary.is_symlink():
        message = f"{directory.temporary} is emptied at every start and must not be a symbolic link. Remove the link."
        raise ForeignFolderError(message)
    shutil.rmtree(directory.temporary, ignore_errors=True)
    for folder in (directory.state, directory.objects, directory.temporary, directory.logs):
        make_folder(folder)
    cleaned = client_environment(credentials)
    for name in set(os.environ) - set(cleaned):
        del os.environ[name]
    os.environ.update(
        cleaned,
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="localhost",
        GATEWAY_PORT=str(port),
        AUTH="true",
        PERSIST_STATE="1",
        STATE_DIR=str(directory.state),
        S3_PERSIST="1",
        S3_DATA_DIR=str(directory.objects),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="INFO",
        TMPDIR=str(directory.temporary),
    )
    os.environ.pop("DOCKER_HOST", None)
    tempfile.tempdir = str(directory.temporary)
