"""boto3 clients of the running local AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.embedded.environment import ACCESS_KEY_ID, DEFAULT_REGION, SECRET_ACCESS_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONFIG = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=32,
    proxies={},
    connect_timeout=5,
    read_timeout=60,
    s3={"addressing_style": "path"},
)


def clients(services: Iterable[str], endpoint: str, *, region: str = DEFAULT_REGION) -> dict[str, Any]:
    """Return a client of each service, as the account's root, whatever the user's own AWS settings are."""
    session: Any = boto3.Session(  # whose overloads know literal names only
        aws_access_key_id=ACCESS_KEY_ID, aws_secret_access_key=SECRET_ACCESS_KEY, region_name=region
    )
    return {service: session.client(service, endpoint_url=endpoint, config=_CONFIG) for service in services}
