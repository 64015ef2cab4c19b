"""Tests of the findings about deletion and retention of data."""

from __future__ import annotations

from typing import Any

import pytest

from ops.review.rules import find
from tests.unit.ops.plans import change, plan
from tests.unit.ops.review_plans import LIFECYCLE, expiry, messages, rule


def lifecycle_messages(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the findings of a changed lifecycle configuration, without the address."""
    of = plan(change(LIFECYCLE, "update", before={"rule": [before]}, after={"rule": [after]}))
    return [finding.message for finding in find(of)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            {"expiration": [{"days": 365}], "noncurrent_version_expiration": [{"noncurrent_days": 30}]},
            {"expiration": [{"days": 1}], "noncurrent_version_expiration": [{"noncurrent_days": 30}]},
            "rule `all` deletes objects after 1 day instead of 365 days, also existing ones",
        ),
        (
            {"expiration": [{"days": 7}], "filter": [{"prefix": "exports/"}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": ""}]},
            (
                "rule `all` deletes objects after 7 days, and applies to every object instead of `exports/`, "
                "also existing ones"
            ),
        ),
        (
            {"expiration": [{"days": 7}], "filter": [{"and": [{"prefix": "a/", "tags": {"k": "v"}}]}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]},
            (
                "rule `all` deletes objects after 7 days, and applies to `a/` instead of "
                '`{"prefix": "a/", "tags": {"k": "v"}}`, also existing ones'
            ),
        ),
        (
            {"expiration": [{"days": 7}]},
            {"expiration": [{"date": "2027-01-01T00:00:00Z"}]},
            "rule `all` deletes objects on 2027-01-01T00:00:00Z instead of 7 days, also existing ones",
        ),
        (
            {"noncurrent_version_expiration": [{"noncurrent_days": 7, "newer_noncurrent_versions": 3}]},
            {"noncurrent_version_expiration": [{"noncurrent_days": 7, "newer_noncurrent_versions": 1}]},
            (
                "rule `all` deletes replaced versions after 7 days, except the newest 1 instead of 7 days, "
                "except the newest 3, also existing ones"
            ),
        ),
        (
            {"expiration": [{"days": 7}], "noncurrent_version_expiration": [{"noncurrent_days": 7}]},
            {"expiration": [{"days": 7}]},
            "no longer has the rule `all`: these replaced versions do not expire",
        ),
    ],
)
def test_rules_that_delete_more_are_reported(before: dict[str, Any], after: dict[str, Any], message: str) -> None:
    assert lifecycle_messages(rule(**before), rule(**after)) == [message]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"expiration": [{"days": 7}]}, {"expiration": [{"days": 30}]}),
        ({"expiration": [{"days": 7}]}, {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]}),
        (
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/"}]},
            {"expiration": [{"days": 7}], "filter": [{"prefix": "a/b/"}]},
        ),
    ],
)
def test_rules_that_delete_less_are_not_reported(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert lifecycle_messages(rule(**before), rule(**after)) == []


@pytest.mark.parametrize(
    ("after", "unknown", "message"),
    [
        ({}, {"rule": True}, "has rules that are known after apply only: check the code"),
        (
            {"rule": [{"id": "all", "status": "Enabled", "expiration": [{}]}]},
            {"rule": [{"expiration": [{"days": True}]}]},
            "changes its rules, of which a part is known after apply only: check `all` in the code",
        ),
        (
            {"rule": [{"id": "other", "status": "Enabled", "filter": [{}]}]},
            {"rule": [{"filter": [{"prefix": True}]}]},
            "no longer has the rule `all`: these objects do not expire",
        ),
    ],
)
def test_rules_that_are_known_after_apply_only_are_not_reported_as_gone(
    after: dict[str, Any], unknown: dict[str, Any], message: str
) -> None:
    of = plan(change(LIFECYCLE, "update", before=expiry(7), after=after, after_unknown=unknown))

    assert messages(of) == [f"{LIFECYCLE} {message}"]


@pytest.mark.parametrize("actions", [("delete",), ("delete", "create")])
@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("aws_cloudwatch_log_group", "AWS deletes its logs"),
        ("aws_cognito_user_group", "its members lose the membership"),
        ("aws_sqs_queue", "AWS deletes its messages"),
    ],
)
def test_the_end_of_a_resource_with_other_data_is_reported(kind: str, lost: str, actions: tuple[str, ...]) -> None:
    after = {"name": "y"} if "create" in actions else None
    verb = "replaced" if after else "destroyed"

    assert messages(plan(change(f"{kind}.it", *actions, before={"name": "x"}, after=after))) == [
        f"{kind}.it is {verb}: {lost}"
    ]


def test_a_disabled_key_is_reported() -> None:
    of = plan(change("aws_kms_key.data", "update", before={"is_enabled": True}, after={"is_enabled": False}))

    assert messages(of) == ["aws_kms_key.data is disabled: everything encrypted with it can no longer be read"]


def test_skipped_records_of_a_stream_are_reported() -> None:
    mapping = "aws_lambda_event_source_mapping.messages"
    queue = [{"on_failure": [{"destination_arn": "q"}]}]
    before = {"maximum_record_age_in_seconds": -1, "maximum_retry_attempts": 10, "destination_config": queue}
    after = {"maximum_record_age_in_seconds": 60, "maximum_retry_attempts": 2, "destination_config": []}

    assert messages(plan(change(mapping, "update", before=before, after=after))) == [
        f"{mapping} no longer keeps records that it skips (`destination_config`)",
        f"{mapping} skips records that fail after 2 retries instead of after 10 (`maximum_retry_attempts`)",
        f"{mapping} skips records that fail after 60 seconds instead of never (`maximum_record_age_in_seconds`)",
    ]
    assert messages(plan(change(mapping, "delete", before=before))) == []
