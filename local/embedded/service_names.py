"""The names of AWS's services, which the credential scope of any request may hold.

MiniStack 1.5.33 reads all of botocore's models when it first meets a name that it does not implement: seconds in which
nothing else is answered, and no signature is needed for it. botocore's list of services and its list of endpoints have
the same names, but some forty of services without an endpoint there; requests to those are answered as S3 does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Iterator


def know_service_names() -> None:
    """Make MiniStack's router ask here (``core.router._is_aws_service_name``; pinned)."""
    from ministack.core import router  # noqa: PLC0415 - see emulator.Emulator

    router._is_aws_service_name = lambda name: name in service_names()  # noqa: SLF001


@cache
def service_names() -> frozenset[str]:
    """Return the names that a credential scope may have."""
    session = botocore.session.get_session()
    endpoints = session.get_component("data_loader").load_data("endpoints")
    services = [service for partition in endpoints["partitions"] for service in partition["services"].items()]
    return frozenset([*session.get_available_services(), *(name for service in services for name in _names(*service))])


def _names(name: str, service: dict[str, Any]) -> Iterator[str]:
    yield name
    for settings in (service.get("defaults", {}), *service.get("endpoints", {}).values()):
        if "service" in settings.get("credentialScope", {}):
            yield settings["credentialScope"]["service"]
