"""Tests of the other parts of util: errors, text, identifiers, time, http, xml, queries, authentication."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.fields import FieldError
from appsync_local.javascript.validation import check_code

if TYPE_CHECKING:
    from appsync_local.javascript.runtime import JavaScriptRuntime
    from appsync_local_tests.javascript.conftest import Run, Value

MOMENT = 1_698_500_096_789
"""2023-10-28T13:34:56.789Z, a Saturday in daylight saving time."""

VALUES: list[tuple[str, Any]] = [
    ("util.base64Encode('grüß')", "Z3LDvMOf"),
    ("util.base64Decode('Z3LDvMOf')", "grüß"),
    ("util.urlEncode('a b&c=*(ü)')", "a+b%26c%3D*%28%C3%BC%29"),
    ("util.urlDecode('a+b%26c')", "a b&c"),
    ("util.escapeJavaScript('a\"b/\\n')", 'a\\"b\\/\\n'),
    ("util.matches('a*b', 'aaaaab')", True),
    ("util.matches('^a+$', 'ab')", False),
    ("util.str.normalize('\\u0041\\u030a', 'nfc')", "Å"),
    ("util.math.roundNum(2.5)", 3),
    ("util.math.minVal(1, 2) + util.math.maxVal(1, 2)", 3),
    ("util.http.copyHeaders({host: 'x', 'x-mine': 'y'})", {"x-mine": "y"}),
    (f"util.time.epochMilliSecondsToISO8601({MOMENT})", "2023-10-28T13:34:56.789Z"),
    (f"util.time.epochMilliSecondsToSeconds({MOMENT})", 1_698_500_096),
    ("util.time.parseISO8601ToEpochMilliSeconds('2023-10-28T13:34:56.789Z')", MOMENT),
    (f"util.time.epochMilliSecondsToFormatted({MOMENT}, \"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\")", "2023-10-28T13:34:56.789Z"),
    (
        f"util.time.epochMilliSecondsToFormatted({MOMENT}, 'EEEE d MMM yy, h:mm a Z', 'Europe/Berlin')",
        "Saturday 28 Oct 23, 3:34 PM +0200",
    ),
    (f"util.time.epochMilliSecondsToFormatted({MOMENT}, 'D HH:mm', '+05:30')", "301 19:04"),
    ("util.time.parseFormattedToEpochMilliSeconds('2023-10-28 13:34:56.789', 'yyyy-MM-dd HH:mm:ss.SSS')", MOMENT),
    (
        "util.time.parseFormattedToEpochMilliSeconds('20231028 1534', 'yyyyMMdd HHmm', 'Europe/Berlin')",
        1_698_500_040_000,
    ),
    (
        "util.time.parseFormattedToEpochMilliSeconds('28 Oct 2023 3:34 PM +02:00', 'd MMM yyyy h:mm a XXX')",
        1_698_500_040_000,
    ),
    ("util.time.parseFormattedToEpochMilliSeconds('2018-02-30', 'yyyy-MM-dd')", 1_519_776_000_000),
    ("util.time.parseFormattedToEpochMilliSeconds('2018-02-01 12:00 AM', 'yyyy-MM-dd hh:mm a')", 1_517_443_200_000),
    ("util.time.parseISO8601ToEpochMilliSeconds('2018-02-01T17:21:05.180+08:00')", 1_517_476_865_180),
    ("util.time.parseISO8601ToEpochMilliSeconds('2018-02-01T17:21')", 1_517_505_660_000),
    (
        "util.time.epochMilliSecondsToFormatted(1546300799000, \"YYYY-'W'ww W e QQQ, QQQQ\")",
        "2019-W01 6 2 Q4, 4th quarter",
    ),
    ("util.time.epochMilliSecondsToFormatted(-1, 'A N')", "86399999 86399999000000"),
    ("util.xml.toMap('<p a=\"1\"><i>1</i><i>x &amp; y</i><e/></p>')", {"p": {"a": 1, "i": [1, "x & y"], "e": ""}}),
    ("util.xml.toJsonString('<p><i>1</i></p>')", '{"p":{"i":1}}'),
    ("util.xml.toJsonString('<p>1</p>', true)", '"{\\"p\\":1}"'),
    (
        (
            "util.rds.toJsonObject({sqlStatementResults: [{records: [[{stringValue: 'a'}, {isNull: true}]], "
            "columnMetadata: [{label: 'x'}, {label: 'y'}]}]})"
        ),
        [[{"x": "a"}]],
    ),
    ("JSON.parse(util.transform.toElasticsearchQueryDSL({title: {eq: 'x'}}))", {"term": {"title": "x"}}),
    (
        (
            "JSON.parse(util.transform.toElasticsearchQueryDSL("
            "{up: {ne: 15, range: [10, 20]}, title: {eq: 'hi', wildcard: 'h*'}}))"
        ),
        {
            "bool": {
                "must": [
                    {
                        "bool": {
                            "must": [
                                {"bool": {"must_not": {"term": {"up": 15}}}},
                                {"range": {"up": {"gte": 10, "lte": 20}}},
                            ]
                        }
                    },
                    {"bool": {"must": [{"term": {"title": "hi"}}, {"wildcard": {"title": "h*"}}]}},
                ]
            }
        },
    ),
]


@pytest.mark.conforms("javascript.util")
@pytest.mark.parametrize(("source", "expected"), VALUES, ids=[case[0][:60] for case in VALUES])
async def test_values(value: Value, source: str, expected: object) -> None:
    assert await value(source) == expected


@pytest.mark.conforms("javascript.util")
@pytest.mark.parametrize(
    "source",
    [
        "util.time.parseISO8601ToEpochMilliSeconds('Feb 1 2018')",
        "util.time.parseISO8601ToEpochMilliSeconds('2018-02-30T00:00:00Z')",
        "util.time.parseISO8601ToEpochMilliSeconds(null)",
        "util.time.parseFormattedToEpochMilliSeconds('2018-13-01', 'yyyy-MM-dd')",
        "util.time.parseFormattedToEpochMilliSeconds('2018-02-32', 'yyyy-MM-dd')",
        "util.time.parseFormattedToEpochMilliSeconds('2018-02-01 24:00', 'yyyy-MM-dd HH:mm')",
        "util.time.parseFormattedToEpochMilliSeconds('Foo 1 2018', 'MMM d yyyy')",
        "util.time.nowFormatted('yyyy', 'Mars/Base')",
        "util.time.nowFormatted('B')",
    ],
)
async def test_invalid_times_are_rejected(run: Run, source: str) -> None:
    failure = (await run(f"return {source};")).failure
    assert failure is not None
    assert "RangeError" in failure.message


@pytest.mark.conforms("javascript.util")
@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("util.autoId()", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("util.autoUlid()", r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
        ("util.autoKsuid()", r"[0-9A-Za-z]{27}"),
        ("util.time.nowISO8601()", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("util.time.nowFormatted('yyyy')", r"\d{4}"),
    ],
)
async def test_identifiers_and_clock(value: Value, source: str, pattern: str) -> None:
    first, second = await value(source), await value(source)
    assert re.fullmatch(pattern, first)
    if source.startswith("util.auto"):
        assert first != second


async def test_current_time(value: Value) -> None:
    before = int(time.time() * 1000)
    seconds, milliseconds = await value("util.time.nowEpochSeconds()"), await value("util.time.nowEpochMilliSeconds()")
    after = time.time() * 1000
    assert before // 1000 <= seconds <= after / 1000
    assert before <= milliseconds <= after


@pytest.mark.conforms("javascript.util")
async def test_ulids_sort_by_time(value: Value) -> None:
    first = await value("util.autoUlid()")
    time.sleep(0.005)  # noqa: ASYNC251 - the clock must move on
    assert first < await value("util.autoUlid()")


async def test_random_numbers_stay_in_range(value: Value) -> None:
    numbers = await value("[1, 2, 3, 4, 5, 6, 7, 8].map(() => util.math.randomWithinRange(3, 5))")
    assert set(numbers) <= {3, 4}
    assert 0 <= await value("util.math.randomDouble()") < 1


@pytest.mark.conforms("javascript.error")
async def test_error_ends_the_handler_with_message_type_data_and_info(run: Run) -> None:
    evaluation = await run("util.error('no', 'Mine', {a: 1}, {b: 2}); return 'not reached';")
    assert evaluation.failure == FieldError("no", "Mine", {"a": 1}, {"b": 2})
    assert evaluation.value is None


@pytest.mark.conforms("javascript.append-error")
async def test_append_error_continues(run: Run) -> None:
    evaluation = await run("util.appendError('careful', 'Mine', {a: 1}); return ctx.outErrors.length;")
    assert evaluation.failure is None
    assert evaluation.errors == [FieldError("careful", "Mine", {"a": 1}, None)]


@pytest.mark.conforms("javascript.unauthorized")
async def test_unauthorized_contains_the_field(run: Run) -> None:
    info = {"fieldName": "send", "parentTypeName": "Mutation"}
    failure = (await run("util.unauthorized();", info=info)).failure
    assert failure == FieldError("Not Authorized to access send on type Mutation", "Unauthorized")


NOT_IN_JAVASCRIPT = [
    "toJson",
    "parseJson",
    "isNull",
    "isNullOrEmpty",
    "defaultIfNull",
    "validate",
    "typeOf",
    "str.toUpper",
    "str.toReplace",
]


@pytest.mark.conforms("javascript.members")
@pytest.mark.parametrize("member", NOT_IN_JAVASCRIPT)
async def test_members_of_vtl_util_are_rejected_at_deployment_and_undefined(
    run: Run, runtime: JavaScriptRuntime, member: str
) -> None:
    code = f"export function request(ctx) {{ return util.{member}(ctx.args); }}\nexport function response(ctx) {{}}\n"
    (problem,) = await check_code(code, runtime=runtime)
    assert f"Property '{member.rpartition('.')[2]}' does not exist on type" in problem.message
    failure = (await run(f"return util.{member}('a');")).failure
    assert failure is not None
    assert "is not a function" in failure.message


@pytest.mark.conforms("javascript.error")
async def test_an_error_whose_message_or_type_is_not_a_string_is_ignored(run: Run) -> None:
    evaluation = await run("util.error(25); util.error(true); util.error('abc', 25); return 'went on';")
    assert (evaluation.failure, evaluation.value) == (None, "went on")


@pytest.mark.conforms("javascript.language")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("JSON.parse('{')", ""),
        ("JSON.parse('')", ""),
        ("JSON.parse('{\"a\":[1]}')", {"a": [1]}),
        ("'a.b.c'.replace('.', '-')", "-.b.c"),
        ("'a.b.c'.replaceAll('\\\\.', '-')", "a-b-c"),
        ("'42'.replaceAll('(\\\\d)(\\\\d)', '$2$1')", "24"),
        ("'k=v'.replace('(?<key>\\\\w)=(?<value>\\\\w)', '${value}:${key}')", "v:k"),
        ("'AbC'.replaceAll('(?i)[a-c&&[^b]]', '*')", "*b*"),
        ("'a+b'.replaceAll('\\\\Q+\\\\E', ' plus ')", "a plus b"),
        ("'x!y'.replaceAll('\\\\p{Punct}', '')", "xy"),
        ("'a\\u00a0b c'.replaceAll('\\\\s', '_')", "a\u00a0b_c"),
        ("'a👍🏻b'.replaceAll('[\\\\ud83c\\\\udffb-\\\\ud83c\\\\udfff]', '')", "a👍b"),
        ("'a👍🏻b'.replaceAll('[🏻-🏿]', '')", "a👍b"),
        ("'five'.replace('five', '\\\\$5')", "$5"),
        ("'aXbX'.replace('X', '-')", "a-bX"),
    ],
)
async def test_the_language_differs_as_documented(value: Value, expression: str, expected: object) -> None:
    assert await value(expression) == expected


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("a++", "a possessive quantifier"),
        ("(?>a)", "an atomic group"),
        ("a(?i)b", "a flag inside a pattern"),
        ("(?x)a", "the flag x"),
        ("\\\\G", "\\G"),
        ("\\\\p{InGreek}", "\\p{InGreek}"),
    ],
)
async def test_java_patterns_without_a_javascript_equivalent_are_rejected_by_name(
    run: Run, pattern: str, named: str
) -> None:
    failure = (await run(f"return 'a'.replaceAll('{pattern}', 'b');")).failure
    assert failure is not None
    assert f"{named} is not supported locally" in failure.message


USER_POOL: dict[str, Any] = {
    "sub": "s",
    "issuer": "i",
    "username": "u",
    "claims": {},
    "sourceIp": ["1.2.3.4"],
    "defaultAuthStrategy": "ALLOW",
    "groups": None,
}


@pytest.mark.conforms("javascript.auth-type")
@pytest.mark.parametrize(
    ("identity", "mode"),
    [
        (None, "API Key Authorization"),
        (USER_POOL, "User Pool Authorization"),
        ({"sub": "s", "issuer": "i", "claims": {}}, "Open ID Connect Authorization"),
        ({"userArn": "arn", "accountId": "1", "sourceIp": ["1.2.3.4"], "username": "u"}, "IAM Authorization"),
        ({"resolverContext": {"a": "b"}}, "Lambda Authorization"),
        ({"claims": {}}, "API Key Authorization"),
    ],
)
async def test_authentication_mode(value: Value, identity: object, mode: str) -> None:
    assert await value("util.authType()", identity=identity) == mode


@pytest.mark.conforms("javascript.headers")
async def test_response_headers(run: Run) -> None:
    evaluation = await run("util.http.addResponseHeader('Count', 7); util.http.addResponseHeaders({a: {b: 1}});")
    assert evaluation.response_headers == {"count": "7", "a": '{"b":1}'}


@pytest.mark.conforms("javascript.headers")
@pytest.mark.parametrize("header", ["x-amzn-mine", "Content-Length", "a b", "big"])
async def test_reserved_and_oversized_headers_are_rejected(run: Run, header: str) -> None:
    size = 5000 if header == "big" else 1
    evaluation = await run(f"util.http.addResponseHeader('{header}', ctx.args.text);", arguments={"text": "x" * size})
    assert evaluation.failure is not None
    assert evaluation.failure.type == "BadRequest"


@pytest.mark.conforms("javascript.logs")
async def test_log_lines_have_location_and_level(run: Run) -> None:
    evaluation = await run("console.log('a', {b: 1});\nconsole.error(2);")
    assert evaluation.logs == ['INFO - code.js:4:9: "a" {"b":1}', "ERROR - code.js:5:9: 2"]


@pytest.mark.conforms("javascript.early-return")
async def test_early_return_returns_the_value(run: Run) -> None:
    evaluation = await run("ctx.stash.seen = true; runtime.earlyReturn({a: 1}); return 'not reached';")
    assert (evaluation.value, evaluation.stash) == ({"a": 1}, {"seen": True})


async def test_lone_surrogates_are_preserved(value: Value) -> None:
    assert await value("ctx.args.text", arguments={"text": "a\ud800b"}) == "a\ud800b"
    assert json.dumps(await value("'\\ud800'")) == '"\\ud800"'
