"""boto3 clients of the running local AWS that ignore the user's own AWS settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from local.embedded.environment import DEFAULT_REGION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.embedded.credentials import RunCredentials

_CONFIG = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=32,
    proxies={},
    connect_timeout=5,
    read_timeout=60,
    s3={"addressing_style": "path"},
)

_NOTHING_OF_THE_USERS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's table of setting sources: no variable, no file. The user's ``AWS_PROFILE`` may not even exist."""


def clients(
    services: Iterable[str], endpoint: str, credentials: RunCredentials | None, *, region: str = DEFAULT_REGION
) -> dict[str, Any]:
    """Return a client for each service.

    Args:
        services: boto3's service names.
        endpoint: the URL of the local AWS.
        credentials: the account root's credentials; None sends unsigned requests (Cognito's public operations).
        region: the region of the clients.
    """
    core: Any = botocore.session.Session(session_vars=_NOTHING_OF_THE_USERS)
    session: Any = boto3.Session(  # its overloads accept literal service names only
        aws_access_key_id=credentials.access_key_id if credentials else None,
        aws_secret_access_key=credentials.secret_access_key if credentials else None,
        region_name=region,
        botocore_session=core,
    )
    config = _CONFIG if credentials else _CONFIG.merge(Config(signature_version=UNSIGNED))
    return {service: session.client(service, endpoint_url=endpoint, config=config) for service in services}
