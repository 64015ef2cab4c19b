"""Tests of the findings about new permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.ops.plans import allow, change, plan, policy
from tests.unit.ops.review_plans import DEPLOYED, ROLE, messages

if TYPE_CHECKING:
    from ops.plans import Plan


def policy_change(before: str, after: str) -> Plan:
    return plan(change(ROLE, "update", before={"policy": before}, after={"policy": after}))


def test_each_new_permission_is_reported_once() -> None:
    of = policy_change(
        policy(allow(["dynamodb:GetItem"], ["table/a"])),
        policy(allow(["dynamodb:GetItem", "dynamodb:PutItem"], ["table/a"]), allow("dynamodb:GetItem", "table/b")),
    )

    assert messages(of) == [
        f"{ROLE} on `table/a`: may `dynamodb:PutItem`",
        f"{ROLE} on `table/b`: may `dynamodb:GetItem`",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (allow("dynamodb:*", "*"), allow("dynamodb:GetItem", "table/a")),
        (allow("s3:Get*", "b/*"), allow("s3:GetObject", "b/key")),
        (allow(["a:B", "a:C"], "*"), allow(["a:C"], "*")),
        (allow("a:B", "*"), allow("a:B", "*", Condition={"Bool": {"x": "true"}})),
    ],
)
def test_fewer_permissions_are_not_a_finding(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert messages(policy_change(policy(before), policy(after))) == []


def test_a_removed_condition_and_a_removed_denial_are_findings() -> None:
    condition = allow("a:B", "r", Condition={"Bool": {"aws:SecureTransport": "true"}})
    denial = {"Effect": "Deny", "Action": "a:C", "Resource": "r"}

    assert messages(policy_change(policy(condition, denial), policy(allow("a:B", "r")))) == [
        f"{ROLE} on `r`: is no longer denied `a:C`",
        f"{ROLE} on `r`: may `a:B`",
    ]


def test_a_narrowed_denial_is_reported_by_its_lost_parts() -> None:
    denial, narrowed, same = (
        {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "r"}
        for action in ("s3:*", ["s3:Delete*", "s3:PutObject"], ["s3:*"])
    )

    assert messages(policy_change(policy(denial), policy(narrowed))) == [
        f"{ROLE} on `r`: `*` is no longer denied `s3:*`"
    ]
    assert messages(policy_change(policy(denial), policy(same))) == []


def test_wildcards_and_public_access_are_marked() -> None:
    of = plan(
        change(
            "aws_iam_role.it",
            "update",
            before={"assume_role_policy": policy()},
            after={"assume_role_policy": policy(allow("sts:AssumeRole", Principal={"AWS": "*"}))},
        )
    )

    assert messages(of) == ["aws_iam_role.it public: `AWS *` may `sts:AssumeRole`"]
    assert messages(policy_change(policy(), policy(allow("s3:*", "b")))) == [f"{ROLE} wildcard, on `b`: may `s3:*`"]


def test_an_unknown_policy_is_read_from_the_configuration() -> None:
    configured = {ROLE: {"policy": policy(allow(["dynamodb:GetItem", "dynamodb:Scan"], "${aws_dynamodb_table.a.arn}"))}}
    entry = change(
        ROLE,
        "update",
        before={"policy": policy(allow("dynamodb:GetItem", "table/a"))},
        after={},
        after_unknown={"policy": True},
    )

    state = {"aws_dynamodb_table.a": {"arn": "table/a"}}

    assert messages(plan(entry, configured=configured, prior=state)) == [f"{ROLE} on `table/a`: may `dynamodb:Scan`"]
    assert "known after apply only" in messages(plan(entry))[0]
    assert "known after apply only" in messages(plan(entry, configured={ROLE: {"policy": "${data.aws_x.y.json}"}}))[0]


def test_an_attached_policy_that_is_known_after_apply_is_read_from_the_configuration() -> None:
    attachment = "aws_iam_role_policy_attachment.a"
    arn = "${aws_iam_policy.new.arn}"
    of = plan(
        change(attachment, "create", after={"role": "one"}, after_unknown={"policy_arn": True}),
        configured={attachment: {"policy_arn": arn}},
    )

    assert messages(of) == [f"{attachment} attaches `{arn}`"]


def test_a_removed_policy_shows_its_denials() -> None:
    denial = {"Effect": "Deny", "Action": "s3:*", "Resource": "r"}

    assert messages(plan(change(ROLE, "delete", before={"policy": policy(denial, allow("a:B", "r"))}))) == [
        f"{ROLE} on `r`: is no longer denied `s3:*`"
    ]


def test_an_unknown_policy_shows_another_table_and_a_lost_denial() -> None:
    denial = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    tables = ["${aws_dynamodb_table.a.arn}", "${aws_dynamodb_table.new.arn}"]
    entry = change(
        ROLE,
        "update",
        before={"policy": policy(allow("dynamodb:GetItem", "table/a"), denial)},
        after={},
        after_unknown={"policy": True},
    )
    of = plan(
        entry,
        configured={ROLE: {"policy": policy(allow("dynamodb:GetItem", tables))}},
        prior={"aws_dynamodb_table.a": {"arn": "table/a"}},
    )

    assert messages(of) == [
        f"{ROLE} on `${{aws_dynamodb_table.new.arn}}`: may `dynamodb:GetItem`",
        f"{ROLE} on `*`: is no longer denied `s3:*`",
    ]


@pytest.mark.parametrize("expression", ["${data.aws_caller_identity.current.account_id}", "${var.account}"])
def test_an_expression_in_an_unknown_policy_may_have_the_value_of_the_state(expression: str) -> None:
    def document(account: str, table: str) -> str:
        denial = {"Effect": "Deny", "Action": "s3:*", "Resource": f"arn:aws:s3:::chat-{account}"}
        return policy(allow("dynamodb:GetItem", f"arn:aws:dynamodb:x:{account}:{table}"), denial)

    entry = change(
        ROLE, "update", before={"policy": document("1", "table/a")}, after={}, after_unknown={"policy": True}
    )

    assert messages(plan(entry, configured={ROLE: {"policy": document(expression, "table/a")}})) == []
    assert messages(plan(entry, configured={ROLE: {"policy": document(expression, "table/b")}})) == [
        f"{ROLE} on `arn:aws:dynamodb:x:{expression}:table/b`: may `dynamodb:GetItem`"
    ]


@pytest.mark.parametrize(
    "expression",
    ['${join("",[aws_s3_bucket.new.arn,"/*"])}', "${data.external.x.result}", "${local.bucket}", "${module.m.arn}"],
)
def test_an_unknown_expression_is_not_the_value_of_the_state(expression: str) -> None:
    before, configured = (policy(allow("s3:GetObject", resource)) for resource in ("arn:aws:s3:::a/one", expression))
    entry = change(ROLE, "update", before={"policy": before}, after={}, after_unknown={"policy": True})

    (found,) = messages(plan(entry, configured={ROLE: {"policy": configured}}))

    assert found.endswith(f"on `{expression}`: may `s3:GetObject`")


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("aws_iam_role_policy", "role"),
        ("aws_s3_bucket_policy", "bucket"),
        ("aws_sqs_queue_policy", "queue_url"),
        ("aws_sns_topic_policy", "arn"),
    ],
)
def test_a_policy_that_moves_to_another_owner_is_new_there_and_gone_at_the_old_one(kind: str, owner: str) -> None:
    document = policy(allow("s3:GetObject", "r"), {"Effect": "Deny", "Action": "s3:Put*", "Resource": "r"})

    def replaced(name: str, value: str | None, *paths: list[str]) -> list[str]:
        before, after = ({"policy": document, name: side} for side in ("one", value))
        entry = change(f"{kind}.it", "delete", "create", before=before, after=after, replace_paths=list(paths))
        return messages(plan(entry))

    moved = [f"{kind}.it on `r`: is no longer denied `s3:Put*`", f"{kind}.it on `r`: may `s3:GetObject`"]
    assert replaced(owner, "two") == moved
    assert replaced(owner, None, [owner]) == moved, "known after apply only"
    assert replaced("name", "two", ["name"]) == []


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [("aws_s3_access_point", "policy"), ("aws_cloudwatch_log_account_policy", "policy_document"), ("aws_x", "other")],
)
def test_policy_documents_of_other_types_are_read(kind: str, attribute: str) -> None:
    wide = policy(allow("s3:*", "r", Principal="*"))
    denial = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "r"})
    added = change(f"{kind}.it", "create", after={attribute: wide})
    unknown = change(f"{kind}.it", "create", after={}, after_unknown={attribute: True})
    expected = f"{kind}.it public, wildcard, on `r`: `*` may `s3:*`"

    assert expected in messages(plan(added, prior=DEPLOYED))
    assert expected in messages(plan(unknown, prior=DEPLOYED, configured={f"{kind}.it": {attribute: wide}}))
    assert messages(plan(change(f"{kind}.it", "delete", before={attribute: denial}))) == [
        f"{kind}.it on `r`: `*` is no longer denied `s3:*`"
    ]


def test_a_policy_of_another_type_that_nothing_shows_is_reported() -> None:
    point = "aws_s3_access_point.it"
    entry = change(point, "create", after={}, after_unknown={"policy": True})

    found = messages(plan(entry, prior=DEPLOYED, configured={point: {"policy": "${data.aws_x.y.json}"}}))

    assert f"{point} `policy` is known after apply only: check the code" in found
