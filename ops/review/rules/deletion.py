"""Data that is deleted earlier, or at all, after a plan: expiry, retention, and settings of the code that deletes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ops.plans import Action, nested
from ops.review.rules.bucket_deletion import lifecycle_findings, versioning_findings
from ops.review.rules.finding import Finding
from ops.review.rules.retention import FOREVER, KIND, days_text
from ops.sanitize import quoted
from stacks.bundle_header import BUNDLED, Bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.plans import Plan, ResourceChange


def deletion_findings(plan: Plan) -> Iterator[Finding]:
    """Yield every change that makes data disappear earlier than before, or keeps it although it should expire."""
    for change in plan.changes:
        if change.action is Action.ADD and change.type in _NEW:
            if not plan.is_first:
                yield from _NEW[change.type](change)
        elif change.action in _ENDS and change.type in _LOST:
            yield Finding(KIND, change.address, f"is {_ENDS[change.action]}: {_LOST[change.type]}")
        elif change.action in {Action.CHANGE, Action.REPLACE, Action.DESTROY}:
            yield from _CHANGED.get(change.type, _nothing)(change)
    yield from _setting_findings(plan)


def _nothing(_change: ResourceChange) -> Iterator[Finding]:
    yield from ()


_ENDS = {Action.DESTROY: "destroyed", Action.REPLACE: "replaced"}
_LOST = {
    "aws_cloudwatch_log_group": "AWS deletes its logs",
    "aws_cognito_user_group": "its members lose the membership",
    "aws_sqs_queue": "AWS deletes its messages",
}
"""Types whose end deletes data that other sections do not report."""


# --- tables -----------------------------------------------------------------------------------------


def _table(change: ResourceChange) -> Iterator[Finding]:
    before, after = (_expiry_attribute(side) for side in (change.before, change.planned))
    if before == after or change.action is not Action.CHANGE:
        return
    if not after:
        text = (
            f"no longer expires rows: those whose {quoted(before)} has passed stay, also deleted and expired messages"
        )
    elif not before:
        text = f"expires rows: DynamoDB deletes each row after the time in {quoted(after)}, also existing rows"
    else:
        text = f"expires rows by {quoted(after)} instead of {quoted(before)}, also existing rows"
    yield Finding(KIND, change.address, text)


def _expiry_attribute(side: dict[str, Any]) -> str:
    """Return the attribute by which rows of a table expire; empty if they do not."""
    block = nested(side.get("ttl"))
    return str(block.get("attribute_name") or "") if block.get("enabled") else ""


# --- logs, queues, keys -----------------------------------------------------------------------------


def _log_group(change: ResourceChange) -> Iterator[Finding]:
    before, after = (side.get("retention_in_days") or FOREVER for side in (change.before, change.after))
    if after < before:
        yield Finding(KIND, change.address, f"keeps logs for {days_text(after)} instead of {days_text(before)}")


def _queue(change: ResourceChange) -> Iterator[Finding]:
    before, after = (side.get("message_retention_seconds") or 0 for side in (change.before, change.after))
    if after < before:
        text = f"keeps undelivered messages for {_duration(after)} instead of {_duration(before)}"
        yield Finding(KIND, change.address, text)
    if change.before.get("redrive_policy") and not change.planned.get("redrive_policy"):
        text = "no longer moves messages that fail to another queue (`redrive_policy`): they are lost when they expire"
        yield Finding(KIND, change.address, text)


def _key(change: ResourceChange) -> Iterator[Finding]:
    before, after = (side.get("deletion_window_in_days") or 0 for side in (change.before, change.after))
    if 0 < after < before:
        text = f"can be restored for {days_text(after)} after its deletion instead of {days_text(before)}"
        yield Finding(KIND, change.address, text)
    if change.before.get("is_enabled") is not False and change.after.get("is_enabled") is False:
        yield Finding(KIND, change.address, "is disabled: everything encrypted with it can no longer be read")


# --- streams ----------------------------------------------------------------------------------------


def _event_source(change: ResourceChange) -> Iterator[Finding]:
    """Yield the settings with which a mapping skips records of a stream earlier; the value -1 stands for never."""
    if change.action is Action.DESTROY:
        return
    for name, unit in (("maximum_record_age_in_seconds", "seconds"), ("maximum_retry_attempts", "retries")):
        before, after = (_limit(side.get(name)) for side in (change.before, change.planned))
        if after < before:
            instead = "never" if before == FOREVER else f"after {before:,}"
            text = f"skips records that fail after {after:,} {unit} instead of {instead} ({quoted(name)})"
            yield Finding(KIND, change.address, text)
    had, has = (bool(nested(side.get("destination_config"))) for side in (change.before, change.planned))
    if had and not has:
        yield Finding(KIND, change.address, "no longer keeps records that it skips (`destination_config`)")


def _limit(value: Any) -> int:  # noqa: ANN401 - JSON
    return value if isinstance(value, int) and value >= 0 else FOREVER


def _duration(seconds: int) -> str:
    return days_text(seconds // 86_400) if seconds % 86_400 == 0 else f"{seconds:,} seconds"


# --- functions --------------------------------------------------------------------------------------


def _function(change: ResourceChange) -> Iterator[Finding]:
    before, after = (_variables(side) for side in (change.before, change.planned))
    for name, describe in _VARIABLES.items():
        if name in before and name in after and before[name] != after[name]:
            text = describe(before[name], after[name])
            if text:
                values = f"({quoted(name)}: {quoted(before[name])} to {quoted(after[name])})"
                yield Finding(KIND, change.address, f"{text} {values}")


def _variables(side: dict[str, Any]) -> dict[str, str]:
    block = nested(side.get("environment"))
    variables = block.get("variables")
    return variables if isinstance(variables, dict) else {}


def _deleted_messages(_before: str, after: str) -> str:
    if after == "erase":
        return "erases the messages of every account that is deleted from now on: their texts and files are lost"
    return "keeps the messages of accounts that are deleted from now on, without their author"


def _export_days(before: str, after: str) -> str:
    return (
        f"deletes export archives after {days_text(int(after))} instead of {days_text(int(before))}"
        if _less(before, after)
        else ""
    )


def _retention(before: str, after: str) -> str:
    if not _less(before, after, zero=FOREVER):
        return ""
    instead = "" if before == "0" else f" instead of {days_text(int(before))}"
    return (
        f"makes every new message in every room expire after {days_text(int(after))}{instead}, for good. "
        "Messages that exist keep their expiry"
    )


def _system_retention(before: str, after: str) -> str:
    return _retention(before, after).replace("message in", "system message in")


def _deduplication(before: str, after: str) -> str:
    if not _less(before, after):
        return ""
    return f"forgets sent messages after {after} instead of {before} hours, so that a later repetition sends them again"


def _less(before: str, after: str, zero: int = 0) -> bool:
    try:
        old, new = (int(text) or zero for text in (before, after))
    except ValueError:
        return False
    return new < old


_VARIABLES: dict[str, Callable[[str, str], str]] = {
    "DELETED_MESSAGES": _deleted_messages,
    "EXPORT_DAYS": _export_days,
    "RETENTION_DAYS": _system_retention,
}
"""Variables of functions that decide about deletion: (before, after) -> the effect of a change, empty for none."""
_SETTINGS: dict[str, Callable[[str, str], str]] = {
    "deduplicationHours": _deduplication,
    "retentionDays": _retention,
}
"""Settings in the code of resolvers that decide about deletion."""


# --- settings in resolver code ----------------------------------------------------------------------


def _setting_findings(plan: Plan) -> Iterator[Finding]:
    """Yield each changed setting once, with the number of resolvers and functions that use it."""
    users: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for change in plan.changes:
        if change.type in BUNDLED and change.action in {Action.CHANGE, Action.REPLACE}:
            before, after = (Bundle.of(side.get("code")).settings for side in (change.before, change.after))
            for name in _SETTINGS.keys() & before.keys() & after.keys():
                if before[name] != after[name]:
                    users[name, str(before[name]), str(after[name])].append(change.address)
    for (name, old, new), addresses in sorted(users.items()):
        text = _SETTINGS[name](old, new)
        if text:
            more = f", in {len(addresses)} resolvers and functions" if len(addresses) > 1 else ""
            values = f"({quoted(name)}: {quoted(old)} to {quoted(new)}{more})"
            yield Finding(KIND, addresses[0], f"{text} {values}")


_CHANGED: dict[str, Callable[[ResourceChange], Iterator[Finding]]] = {
    "aws_cloudwatch_log_group": _log_group,
    "aws_dynamodb_table": _table,
    "aws_kms_key": _key,
    "aws_lambda_event_source_mapping": _event_source,
    "aws_lambda_function": _function,
    "aws_s3_bucket_lifecycle_configuration": lifecycle_findings,
    "aws_s3_bucket_versioning": versioning_findings,
    "aws_sqs_queue": _queue,
}
_NEW: dict[str, Callable[[ResourceChange], Iterator[Finding]]] = {
    "aws_s3_bucket_lifecycle_configuration": lifecycle_findings,
}
"""Types whose addition may delete existing data."""
