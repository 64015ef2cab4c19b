"""Tests of util.transform.toSubscriptionFilter against AppSync's output, and of the extensions that use filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from appsync_local_tests.javascript.conftest import Run, Value

Rule = tuple[str, str, object]

GROUPS: list[tuple[str, list[list[Rule]]]] = [
    ("{a: {eq: 1}}", [[("a", "eq", 1)]]),
    ("{a: {eq: 1}, b: {in: ['x']}}", [[("a", "eq", 1), ("b", "in", ["x"])]]),
    ("{a: {eq: 1, ne: 2}}", [[("a", "eq", 1)], [("a", "ne", 2)]]),
    ("{z: {eq: 0}, and: [{a: {eq: 1}}]}", [[("z", "eq", 0), ("a", "eq", 1)]]),
    ("{or: [{a: {eq: 1}}, {b: {eq: 2}}]}", [[("a", "eq", 1)], [("b", "eq", 2)]]),
    (
        "{and: [{a: {eq: 1}}, {or: [{b: {eq: 2}}, {c: {eq: 3}}]}]}",
        [[("a", "eq", 1), ("b", "eq", 2)], [("a", "eq", 1), ("c", "eq", 3)]],
    ),
    (
        "{p: {le: 5, ge: 2}, and: [{t: {ne: 'B'}}], or: [{u: {eq: 'A'}}, {w: {eq: false}}]}",
        [
            [("p", "le", 5), ("t", "ne", "B"), ("u", "eq", "A")],
            [("p", "le", 5), ("t", "ne", "B"), ("w", "eq", False)],
            [("p", "ge", 2), ("t", "ne", "B"), ("u", "eq", "A")],
            [("p", "ge", 2), ("t", "ne", "B"), ("w", "eq", False)],
        ],
    ),
    ("{a: {eq: 1}, b: {eq: 2}}, ['a']", [[("b", "eq", 2)]]),
    ("{a: {eq: 1}, and: [{b: {eq: 2}}]}, ['b']", [[("a", "eq", 1)]]),
    (
        "{a: {eq: 1}}, [], {r: {ge: 250}, s: {eq: 'p'}}",
        [[("a", "eq", 1), ("r", "ge", 250)], [("a", "eq", 1), ("s", "eq", "p")]],
    ),
    ("{}, [], {r: {eq: 1}}", [[("r", "eq", 1)]]),
    ("{}", []),
    ("{a: {}}", []),
    ("{and: []}", []),
]


@pytest.mark.conforms("javascript.subscription-filters")
@pytest.mark.parametrize(("source", "groups"), GROUPS, ids=[case[0] for case in GROUPS])
async def test_filter_groups_are_combined(value: Value, source: str, groups: list[list[Rule]]) -> None:
    answer = await value(f"util.transform.toSubscriptionFilter({source})")
    found = [
        [(rule["fieldName"], rule["operator"], rule["value"]) for rule in group["filters"]]
        for group in answer["filterGroup"]
    ]
    assert found == groups


@pytest.mark.parametrize("source", ["null", "", "[]", "'{}'"])
async def test_invalid_filters_become_null(value: Value, source: str) -> None:
    assert await value(f"util.transform.toSubscriptionFilter({source})") is None


@pytest.mark.conforms("javascript.extensions")
async def test_extensions_return_their_filters_and_invalidations(run: Run) -> None:
    evaluation = await run(
        """
        extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({room: {eq: 'r'}}));
        extensions.setSubscriptionInvalidationFilter({filterGroup: [{filters: []}]});
        extensions.invalidateSubscriptions({subscriptionField: 'onMessage', payload: {room: 'r'}});
        extensions.evictFromApiCache('Query', 'room', {'ctx.args.id': 'r'});
        """
    )
    rule = {"fieldName": "room", "operator": "eq", "value": "r"}
    assert evaluation.failure is None
    assert evaluation.subscription_filter == {"filterGroup": [{"filters": [rule]}]}
    assert evaluation.invalidation_filter == {"filterGroup": [{"filters": []}]}
    assert evaluation.invalidations == [{"subscriptionField": "onMessage", "payload": {"room": "r"}}]
    assert evaluation.evictions == [{"typeName": "Query", "fieldName": "room", "keyValuePair": {"ctx.args.id": "r"}}]


@pytest.mark.conforms("javascript.extensions")
async def test_a_sixth_invalidation_is_rejected(run: Run) -> None:
    evaluation = await run(
        "for (const n of [1, 2, 3, 4, 5, 6]) extensions.invalidateSubscriptions({subscriptionField: 'f'});"
    )
    assert evaluation.failure is not None
    assert "at most 5" in evaluation.failure.message


async def test_a_filter_without_groups_is_refused(run: Run) -> None:
    assert (await run("extensions.setSubscriptionFilter({});")).failure is not None
