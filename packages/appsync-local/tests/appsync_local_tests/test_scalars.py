"""Tests of AppSync's scalars: the examples of its documentation, and invalid values."""

from __future__ import annotations

import pytest
from graphql import GraphQLError, GraphQLScalarType

from appsync_local.schema import build_schema

SCHEMA = build_schema("type Query { a: Int }").schema


def _scalar(name: str) -> GraphQLScalarType:
    scalar = SCHEMA.type_map[name]
    assert isinstance(scalar, GraphQLScalarType)
    return scalar


@pytest.mark.conforms("schema.scalars")
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("AWSDate", ["1970-01-01", "1970-01-01Z", "1970-01-01-07:00", "1970-01-01+05:30", "2024-02-29"]),
        ("AWSTime", ["12:30", "12:30Z", "12:30:24", "12:30:24.500+05:30", "00:00:00.000000001Z"]),
        ("AWSDateTime", ["2019-12-31T23:59:59.999Z", "2019-12-31T12:00Z", "2019-12-31T12:00:00+05:30:15"]),
        ("AWSTimestamp", [0, -1, 1577836800]),
        ("AWSEmail", ["a@example.com", "first.last+tag@sub.example.co"]),
        ("AWSPhone", ["+1 202 456 1414", "202-456-1414", "(202) 456-1414", "12024561414", "+442079460958"]),
        ("AWSURL", ["https://example.com/a?b=c#d", "mailto:a@example.com", "ftp://example.com"]),
        ("AWSIPAddress", ["127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"]),
    ],
)
def test_a_valid_value_is_accepted_in_both_directions(name: str, values: list[object]) -> None:
    for value in values:
        assert _scalar(name).parse_value(value) == value
        assert _scalar(name).serialize(value) == value


@pytest.mark.conforms("schema.scalars")
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("AWSDate", ["1970-1-1", "1970-02-30", "1970-01-01T00:00Z", "", 5, None, True, "1970-01-01+25:00"]),
        ("AWSTime", ["24:00", "12", "12:60", "12:30:24.", "12:30+5"]),
        ("AWSDateTime", ["2019-12-31T12:00:00", "2019-12-31 12:00:00Z", "2019-13-31T12:00Z", "not-a-date"]),
        ("AWSTimestamp", ["0", 1.5, True, None, 2**63]),
        ("AWSEmail", ["a", "a@b", "a@@example.com", "a..b@example.com", "a b@example.com", ""]),
        ("AWSPhone", ["123", "phone", "+1 202 456 1414 ext 5", "1" * 40, "+1 102 456 1414", "202-156-1414", "4561414"]),
        ("AWSURL", ["example.com", "https://example.com//x", "http://[", "a b"]),
        ("AWSIPAddress", ["256.0.0.1", "::g", "10.0.0.0/33", "localhost", "10.0.0.0/255.0.0.0", "fe80::1%eth0"]),
        ("AWSJSON", ["{", "unquoted", "NaN", "[1e999]", {"a": 1}, 5, "[" * 5000]),
    ],
)
def test_invalid_input_is_rejected(name: str, values: list[object]) -> None:
    for value in values:
        with pytest.raises(GraphQLError):
            _scalar(name).parse_value(value)


@pytest.mark.conforms("schema.scalars")
def test_output_is_checked_and_javascript_integers_are_timestamps() -> None:
    assert _scalar("AWSTimestamp").serialize(5.0) == 5
    with pytest.raises(GraphQLError):
        _scalar("AWSDateTime").serialize("yesterday")
