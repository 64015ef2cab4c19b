"""What is wrong with settings that are each right: one needs another, or excludes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings import Settings


def contradictions(settings: Settings) -> Iterator[str]:
    """Yield a line for each: the setting, why it cannot be, and what to do."""
    api, edge = settings.api, settings.edge
    if api.enable_api_key and api.api_key_expires is None:
        yield (
            "api.api_key_expires is missing though api.enable_api_key is true; "
            "add the day the key ends, for example api_key_expires = 2027-03-31"
        )
    if settings.monitoring.monthly_budget_dollars is not None and not settings.monitoring.alarm_topic_arns:
        yield (
            "monitoring.alarm_topic_arns is empty though monitoring.monthly_budget_dollars is given: "
            "nobody would hear of it; give a topic, or remove the budget"
        )
    if (edge.domain_name is None) != (edge.certificate_arn is None):
        missing = "edge.certificate_arn" if edge.certificate_arn is None else "edge.domain_name"
        yield f"{missing} is missing: a domain needs its certificate, and a certificate its domain; give both or none"
    if edge.hosted_zone_id is not None and edge.domain_name is None:
        yield "edge.hosted_zone_id is given without edge.domain_name; give the domain too, or remove the zone"
