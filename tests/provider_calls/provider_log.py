"""Reads the calls of the AWS provider from its own log (``TF_LOG=JSON``)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree as ET

from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SERVICES = {
    "AppSync": "appsync",
    "Budgets": "budgets",
    "CloudWatch": "cloudwatch",
    "CloudWatch Logs": "logs",
    "Cognito Identity Provider": "cognito-idp",
    "DynamoDB": "dynamodb",
    "EventBridge": "events",
    "IAM": "iam",
    "KMS": "kms",
    "Lambda": "lambda",
    "Route 53": "route53",
    "S3": "s3",
    "SNS": "sns",
    "SQS": "sqs",
    "STS": "sts",
    "Scheduler": "scheduler",
    "WAFV2": "wafv2",
}
"""Name of a service in the log -> its prefix in IAM, and its name in botocore."""
_SENT = '"HTTP Request Sent"'
_TRUNCATED = "[truncated...]"
"""The provider appends this to long bodies, after the complete first line."""
_TAG_MEMBERS = {"tags", "usertags", "userpooltags", "resourcetags", "taglist"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the AWS API.

    Attributes:
        service: the prefix of the service's actions in IAM.
        operation: the API operation.
        members: the values of the request's top-level members, and of their members with a dotted name.
        values: all strings of the request.
        tags: the tags that it sets.
        tag_keys: the keys of the tags that it sets or removes.
    """

    service: str
    operation: str
    members: Mapping[str, tuple[str, ...]]
    values: frozenset[str]
    tags: Mapping[str, str]
    tag_keys: frozenset[str]


def read_calls(file: Path) -> Iterator[Call]:
    """Yield every request in a log, in order; repeated attempts are separate calls."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if _SENT not in line:
                continue
            entry = json.loads(line)
            if entry.get("rpc.service") in SERVICES:
                yield _call(entry)
            else:
                message = f"{entry.get('rpc.service')!r} is not in SERVICES of {__name__}"
                raise AssertionError(message)


def _call(entry: Mapping[str, Any]) -> Call:
    service, operation = SERVICES[entry["rpc.service"]], str(entry["rpc.method"])
    url = urlsplit(entry["http.url"])
    request = _path_members(service, operation, url.path) | dict(parse_qsl(url.query))
    request |= _body(str(entry.get("http.request.body", "")).removesuffix(_TRUNCATED).strip())
    return call_of(service, operation, request, str(entry.get("http.request.header.x_amz_tagging", "")))


def call_of(service: str, operation: str, request: Mapping[str, Any], tagging: str = "") -> Call:
    """Return a call with these members of its request.

    Args:
        service: the prefix of the service's actions in IAM.
        operation: the API operation.
        request: the members by their names in the API.
        tagging: S3's header with tags.
    """
    tags = dict(_tags(request)) | dict(parse_qsl(tagging))
    keys = {value for name in ("TagKeys", "tagKeys") for value in _strings(request.get(name, ()))}
    keys |= {value for name, value in request.items() if name.startswith("TagKeys.member.")}
    return Call(service, operation, _members(request), frozenset(_strings(request)), tags, frozenset(keys | set(tags)))


def _path_members(service: str, operation: str, path: str) -> dict[str, Any]:
    """Return the members of a request that are part of its path."""
    if service == "s3":
        bucket, _, key = unquote(path).strip("/").partition("/")
        return {"Bucket": bucket} | ({"Key": key} if key else {})
    found = re.fullmatch(_path_pattern(service, operation), path)
    return {name: unquote(value) for name, value in found.groupdict().items()} if found else {}


@cache
def _path_pattern(service: str, operation: str) -> str:
    """Return the pattern of an operation's paths, from botocore's model of the service."""
    template = _model(service)["operations"][operation]["http"]["requestUri"].partition("?")[0]
    return re.sub(r"\\\{(\w+)(\\\+)?\\\}", r"(?P<\1>.+)", re.escape(template))


@cache
def _model(service: str) -> Any:  # noqa: ANN401 - JSON
    return Loader().load_service_model(service, "service-2")


def _body(body: str) -> dict[str, Any]:
    if body.startswith("{"):
        document: dict[str, Any] = json.loads(body)
        return document
    if body.startswith("<"):
        return {"Tags": list(_xml_tags(body))} if "<Tag>" in body else {}
    return dict(parse_qsl(body, keep_blank_values=True))


def _xml_tags(body: str) -> Iterator[dict[str, str]]:
    for tag in ET.fromstring(body).iter():  # noqa: S314 - this provider's own request
        if tag.tag.endswith("}Tag") or tag.tag == "Tag":
            yield {child.tag.rpartition("}")[2]: child.text or "" for child in tag}


def _tags(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in request.items():
        if name.lower() in _TAG_MEMBERS:
            yield from _pairs(value)
        form = re.fullmatch(r"(Tags\.member\.\d+\.)Key", name)
        if form:
            yield str(value), str(request.get(f"{form[1]}Value", ""))


def _pairs(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        yield from ((str(key), str(text)) for key, text in value.items())
        return
    for tag in value:
        yield str(tag.get("Key", tag.get("TagKey"))), str(tag.get("Value", tag.get("TagValue", "")))


def _members(request: Mapping[str, Any], before: str = "") -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in request.items():
        if isinstance(value, dict) and not before:
            found |= _members(value, f"{name}.")
        elif isinstance(value, str):
            # The query protocol numbers the members of lists.
            plain = re.sub(r"\.member\.\d+$", "", before + name)
            found[plain] = (*found.get(plain, ()), value)
        elif isinstance(value, list):
            found[before + name] = tuple(one for one in value if isinstance(one, str))
    return found


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
