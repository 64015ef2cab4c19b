"""The names of AWS services that a request's credential scope may contain.

MiniStack 1.5.33 reads all of botocore's models when it first receives the name of a service that it does not implement.
This blocks all requests for seconds and requires no signature. botocore's list of services and its list of endpoints
contain the same names, except for about forty services without an endpoint; requests to those are handled by S3.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Iterator


def know_service_names() -> None:
    """Replace the lookup of MiniStack's router (``core.router._is_aws_service_name``; pinned)."""
    from ministack.core import router  # noqa: PLC0415 - see emulator.Emulator

    router._is_aws_service_name = lambda name: name in service_names()  # noqa: SLF001


@cache
def service_names() -> frozenset[str]:
    """Return the service names that a credential scope may contain."""
    session = botocore.session.get_session()
    endpoints = session.get_component("data_loader").load_data("endpoints")
    services = [service for partition in endpoints["partitions"] for service in partition["services"].items()]
    return frozenset([*session.get_available_services(), *(name for service in services for name in _names(*service))])


def _names(name: str, service: dict[str, Any]) -> Iterator[str]:
    yield name
    for settings in (service.get("defaults", {}), *service.get("endpoints", {}).values()):
        if "service" in settings.get("credentialScope", {}):
            yield settings["credentialScope"]["service"]
