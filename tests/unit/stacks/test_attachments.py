"""Tests of the attachments bucket: private, encrypted, TLS only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.attachments.aws import ABANDONED
from tests.unit.stacks.private_buckets import assert_private

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized


def test_the_bucket_is_private_encrypted_and_over_tls_only(stack: Synthesized) -> None:
    assert_private(stack, "attachments")


def test_the_function_can_access_rooms_files_and_archives_only(
    stack: Synthesized,
) -> None:
    found = [entry for entry in stack.statements["attachments"] if "s3:GetObject" in entry["Action"]]
    assert [(entry["Action"], entry["Resource"]) for entry in found] == [
        (["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"], ["${aws_s3_bucket.attachments.arn}/rooms/*"]),
        (["s3:GetObject"], ["${aws_s3_bucket.attachments.arn}/exports/*"]),
    ]


def test_a_file_without_a_message_expires_by_the_tag_of_its_upload(
    hardened: Synthesized,
) -> None:
    rules = {rule["id"]: rule for rule in hardened.only("aws_s3_bucket_lifecycle_configuration")["rule"]}
    (narrowed,) = rules["abandoned-uploads"]["filter"]
    (tag,) = narrowed["tag"]
    assert f"<Tag><Key>{tag['key']}</Key><Value>{tag['value']}</Value></Tag>" in ABANDONED
    assert rules["abandoned-uploads"]["expiration"] == [{"days": 7}]
    assert all("expiration" not in rule for name, rule in rules.items() if name not in ("abandoned-uploads", "exports"))


def test_archives_of_exports_expire_after_the_configured_days(hardened: Synthesized) -> None:
    (rule,) = [
        rule
        for rule in hardened.only("aws_s3_bucket_lifecycle_configuration")["rule"]
        if rule["filter"] == [{"prefix": "exports/"}]
    ]
    assert rule["expiration"] == [{"days": hardened.settings.privacy.export_days}]


def test_files_expire_if_configured(stack: Synthesized) -> None:
    assert bool(stack.all("aws_s3_bucket_lifecycle_configuration")) is stack.settings.attachments.expire_files


def test_functions_that_delete_files_have_no_other_access_to_them(stack: Synthesized) -> None:
    bucket = "${aws_s3_bucket.attachments.arn}"
    found = {
        action: entry["Resource"]
        for entry in stack.statements["message_events"]
        for action in entry["Action"]
        if action.startswith("s3:")
    }
    assert found == {
        "s3:DeleteObject": [f"{bucket}/rooms/*"],
        "s3:DeleteObjectTagging": [f"{bucket}/rooms/*"],
        "s3:ListBucket": [bucket],
    }


def test_files_are_protected_if_data_is(stacks: dict[str, Synthesized]) -> None:
    for name, is_protected in (("prod", True), ("local", False)):
        bucket = stacks[name].all("aws_s3_bucket")["attachments"]
        assert bucket["force_destroy"] is not is_protected
        assert bool(bucket.get("lifecycle", {}).get("prevent_destroy")) is is_protected


def test_only_configured_origins_may_use_the_signed_urls(stack: Synthesized) -> None:
    origins = list(stack.settings.attachments.allowed_origins)
    found = [
        rule["allowed_origins"]
        for configuration in stack.all("aws_s3_bucket_cors_configuration").values()
        for rule in configuration["cors_rule"]
    ]
    assert found == ([origins] if origins else [])
    assert "*" not in origins
