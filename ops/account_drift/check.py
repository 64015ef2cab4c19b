"""Checks of an account for differences from a release, and what they need."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from terraform.stack import Stack

WORKERS = 8
"""Calls at the same time."""
_CONFIG = Config(max_pool_connections=2 * WORKERS, retries={"mode": "adaptive", "max_attempts": 10})
"""Throttled calls are repeated, at a lower rate."""
_SHOWN = 120
TERRAFORM = "terraform"
"""`Difference.seen_by` of what Terraform detects."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A difference from the deployed release.

    Attributes:
        address: the resource, or the resource to which something was added.
        attribute: the attribute, with a path if it is nested.
        message: the difference in words.
        seen_by: `TERRAFORM`, ``appsync`` or ``account``.
        remedy: how to remove the difference; empty if the next plan removes it.
    """

    address: str
    attribute: str
    message: str
    seen_by: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison with an account.

    Attributes:
        differences: the differences that were found, sorted.
        errors: a message for each part that could not be compared, sorted.
    """

    differences: list[Difference]
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the release that exists.

    Attributes:
        address: for example ``aws_iam_role.privacy``.
        arguments: its synthesized arguments, with expressions.
        attributes: its attributes in the state.
    """

    address: str
    arguments: Mapping[str, Any]
    attributes: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an attribute, or None."""
        return self.attributes.get(name)


class Account:
    """The account and region of a stack.

    Args:
        stack: the deployed stack.
        state: the attributes of the resources in the state, by address.
    """

    def __init__(self, stack: Stack, state: Mapping[str, Mapping[str, Any]]) -> None:
        self.stack = stack
        self._state = state
        self._clients: dict[str, Any] = {}
        self._lists: dict[str, list[Any]] = {}
        self._lock = threading.RLock()
        self._session: Any = None

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
        """Return the client of a service, which threads share."""
        with self._lock:
            if service not in self._clients:
                self._session = self._session or boto3.Session(region_name=self.stack.region)
                self._clients[service] = self._session.client(service, config=_CONFIG)
            return self._clients[service]

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of a type that are in the release and in the state."""
        declared = self.stack.resources
        return [
            Resource(address, declared[address], attributes)
            for address, attributes in sorted(self._state.items())
            if address.startswith(f"{kind}.") and address in declared
        ]

    def values(self, kind: str, attribute: str, **parent: object) -> set[str]:
        """Return an attribute of all resources of a type.

        Args:
            kind: the type.
            attribute: the attribute.
            parent: only resources with this value of another attribute.
        """
        return {
            str(resource[attribute])
            for resource in self.of(kind)
            if all(resource[name] == value for name, value in parent.items())
        }

    def listed(self, service: str, operation: str, member: str, **arguments: Any) -> list[Any]:  # noqa: ANN401 - boto3's
        """Return the elements that a service lists, from all pages.

        Args:
            service: for example ``scheduler``.
            operation: boto3's method, for example ``list_schedules``.
            member: the list in the response, for example ``Schedules``.
            arguments: the arguments of the method.
        """
        pages = self.client(service).get_paginator(operation).paginate(**arguments)
        return [element for page in pages for element in page[member]]

    def listed_once(self, service: str, operation: str, member: str) -> list[Any]:
        """Return what `listed` returns for the whole account in the region; the service is called once."""
        with self._lock:
            if operation not in self._lists:
                self._lists[operation] = self.listed(service, operation, member)
            return self._lists[operation]


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison of all resources of one type with the account.

    Attributes:
        kind: the Terraform type of the resources.
        compares: what is compared, for the documentation.
        find: yields the differences of one resource.
        missing: the error codes of AWS that mean that there is nothing to compare.
    """

    kind: str
    compares: str
    find: Callable[[Account, Resource], Iterable[Difference]]
    missing: Collection[str] = field(default=())


def added(
    resource: Resource, what: str, found: Iterable[str], declared: Collection[str], remedy: str
) -> Iterator[Difference]:
    """Yield a difference for each found name that is not declared.

    Args:
        resource: the resource.
        what: the kind of the names, for example ``managed policy``.
        found: the names in the account.
        declared: the names in the release.
        remedy: the AWS CLI command that removes an addition, with ``{}`` for its name.
    """
    for name in sorted(set(found) - set(declared)):
        yield extra(resource, f"{what} {name}", remedy.format(name))


def extra(resource: Resource, what: str, command: str, attribute: str = "") -> Difference:
    """Return the difference of an addition that is not in the release."""
    return Difference(
        resource.address,
        attribute or what,
        f"was added: {what} is not in the release",
        "account",
        f"{command}; or put it in the sources",
    )


def or_none(call: Callable[[], Any], *codes: str) -> Any:  # noqa: ANN401 - a response
    """Return the response of a call, or None if AWS answers with one of the error codes."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise


def statements(policy: str | None) -> list[dict[str, Any]]:
    """Return the statements of a policy document; none without a document."""
    found = json.loads(policy).get("Statement", []) if policy else []
    return found if isinstance(found, list) else [found]


def short(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a value as JSON that fits in a line."""
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."
