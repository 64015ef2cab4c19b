"""Hand-written plans in Terraform's JSON form, as `terraform show -json` prints them for one resource each."""

from __future__ import annotations

import json
from typing import Any

from ops.plans import Plan

API = "aws_appsync_graphql_api.chat"


def change(
    address: str,
    *actions: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **more: object,
) -> dict[str, Any]:
    """Return one entry of ``resource_changes``."""
    known = ("after_unknown", "before_sensitive", "after_sensitive", "replace_paths", "importing")
    inner: dict[str, Any] = {"actions": list(actions), "before": before, "after": after}
    inner |= {name: value for name, value in more.items() if name in known}
    outer: dict[str, Any] = {name: value for name, value in more.items() if name not in known}
    return {"address": address, "type": address.split(".", maxsplit=1)[0], "mode": "managed", "change": inner, **outer}


def plan(
    *changes: dict[str, Any],
    prior: dict[str, dict[str, Any]] | None = None,
    configured: dict[str, dict[str, Any]] | None = None,
) -> Plan:
    """Return a plan of these changes; the state has the resources that change, and those in ``prior``."""
    changed = {entry["address"]: entry["change"]["before"] for entry in changes if entry["change"]["before"]}
    resources = [
        {"address": address, "type": address.split(".")[0], "mode": "managed", "values": values}
        for address, values in {**changed, **(prior or {})}.items()
    ]
    document = {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "prior_state": {"values": {"root_module": {"resources": resources}}},
    }
    return Plan.of(document, "test", configured)


def policy(*statements: dict[str, Any]) -> str:
    """Return an IAM policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object = None, **more: object) -> dict[str, Any]:
    """Return an Allow statement."""
    statement = {"Effect": "Allow", "Action": action, **more}
    return statement if resource is None else {**statement, "Resource": resource}
