"""Tests of the findings about authorization in code, pipelines and schemas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ops.review.changed_values import values_of
from ops.review.rules import find
from stacks.authorization import read_authorization
from stacks.bundle_header import bundle_header
from tests.unit.ops.plans import API, change, plan
from tests.unit.ops.review_plans import DEPLOYED, SCHEMA, changed_values, messages, schema_change

if TYPE_CHECKING:
    from ops.plans import Plan

GRAPHQL = Path(__file__).parents[3] / "graphql"


def test_a_field_with_weaker_authorization_is_reported() -> None:
    opened = SCHEMA.replace("me: User", "me: User @aws_api_key")

    assert messages(schema_change(SCHEMA, opened)) == [f"{API} `Query.me` changes from `the default` to `@aws_api_key`"]


def test_new_fields_and_types_with_directives_of_their_own_are_reported() -> None:
    added = " extend type Query { open: String @aws_api_key  same: String @aws_cognito_user_pools  plain: String }"
    opened = SCHEMA + added + " type Open @aws_api_key @aws_iam { a: String  b: String @aws_iam }"

    assert messages(schema_change(SCHEMA, opened)) == [
        f"{API} `Open.b` is new, with `@aws_iam`",
        f"{API} `Open` is new, with `@aws_api_key @aws_iam`",
        f"{API} `Query.open` is new, with `@aws_api_key`",
    ]


@pytest.mark.parametrize(
    ("required", "text"), [("MODERATOR", "requires `MODERATOR`"), ("", "without a required role (`@requires`)")]
)
def test_the_required_role_of_a_new_resolver_is_reported(required: str, text: str) -> None:
    code = bundle(("resolvers/Mutation.closeRoom.js", "close();"), requires=required)
    resolver = "aws_appsync_resolver.Mutation_closeRoom"
    added = change(resolver, "create", after={"type": "Mutation", "field": "closeRoom", **code})

    assert messages(plan(added, prior=DEPLOYED)) == [f"{resolver} is new and runs `Mutation.closeRoom`, {text}"]
    assert messages(plan(added)) == []


def test_a_changed_group_is_reported() -> None:
    def group(name: str) -> str:
        return f'@aws_cognito_user_pools(cognito_groups: ["{name}"])'

    before, after = (SCHEMA.replace("me: User", f"me: User {group(name)}") for name in ("Admins", "Users"))

    assert messages(schema_change(before, after)) == [
        f"{API} `Query.me` changes from `{group('Admins')}` to `{group('Users')}`"
    ]


def test_a_changed_authentication_type_is_reported() -> None:
    of = plan(
        change(API, "update", before={"authentication_type": "AWS_IAM"}, after={"authentication_type": "API_KEY"})
    )

    assert messages(of) == [f"{API} `authentication_type` changes from `AWS_IAM` to `API_KEY`"]


def bundle(*sections: tuple[str, str], authorizes: str = "", requires: str = "") -> dict[str, Any]:
    """Return the code of a resolver or function as it is bundled."""
    header = (f"// @requires {requires}\n" if requires else "") + (
        f"// @authorizes {authorizes}\n" if authorizes else ""
    )
    return {"code": header + "".join(f"// {file}\n{code}\n\n" for file, code in sections)}


def code_change(before: dict[str, Any], after: dict[str, Any], *names: str) -> Plan:
    return plan(
        *(change(f"aws_appsync_function.{name}", "update", before=before, after=after) for name in names or ("a",))
    )


def test_a_changed_authorization_file_is_reported_once_for_all_its_bundles() -> None:
    def code(check: str) -> dict[str, Any]:
        parts = (("functions/it.js", "import x;"), ("shared/rules.js", check), ("functions/it.js", "send();"))
        return bundle(*parts, authorizes="functions/other.js shared/rules.js")

    assert messages(code_change(code("check()"), code("pass()"), "a", "b")) == [
        "aws_appsync_function.a `graphql/shared/rules.js` changes (authorization code), here and in 1 more resources"
    ]


def test_other_changed_code_is_not_reported() -> None:
    before, after = (
        bundle(("functions/a.js", text), ("shared/rules.js", "check();"), authorizes="shared/rules.js")
        for text in ("one();", "two();")
    )

    assert messages(code_change(before, after)) == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_changed_file_is_reported_if_only_one_side_has_its_tag(side: str) -> None:
    before = bundle(("shared/rules.js", "check();"), authorizes="shared/rules.js" if side == "before" else "")
    after = bundle(("shared/rules.js", "pass();"), authorizes="shared/rules.js" if side == "after" else "")

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/shared/rules.js` changes (authorization code)"
    ]


def test_a_removed_tag_and_a_removed_file_are_reported() -> None:
    before = bundle(("shared/a.js", "check();"), ("shared/b.js", "check();"), authorizes="shared/a.js shared/b.js")
    after = bundle(("shared/a.js", "check();"))

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/shared/a.js` loses its tag @authorizes",
        "aws_appsync_function.a `graphql/shared/b.js` is removed (authorization code)",
    ]


def test_a_changed_required_role_is_reported() -> None:
    of = plan(
        change(
            "aws_appsync_resolver.Mutation_banMember",
            "update",
            before=bundle(("resolvers/Mutation.banMember.js", "ban();"), requires="MODERATOR"),
            after=bundle(("resolvers/Mutation.banMember.js", "ban();"), requires="MEMBER"),
        )
    )

    assert messages(of) == [
        "aws_appsync_resolver.Mutation_banMember the required role changes from `MODERATOR` to `MEMBER`"
    ]


def test_changed_code_without_tags_is_reported_by_the_tags_of_the_new_code() -> None:
    before = bundle(("resolvers/Query.me.js", "check();"))
    after = bundle(("resolvers/Query.me.js", "pass();"), requires="SELF", authorizes="resolvers/Query.me.js")

    assert messages(code_change(before, after)) == [
        "aws_appsync_function.a `graphql/resolvers/Query.me.js` changes (authorization code)"
    ]


def test_a_resolver_that_no_longer_checks_membership_is_reported() -> None:
    checking = bundle(("functions/requireMembership.js", "check();"), authorizes="functions/requireMembership.js")
    reading = bundle(("functions/readIt.js", "read();"), ("shared/rules.js", "check();"), authorizes="shared/rules.js")
    of = plan(
        change(
            "aws_appsync_resolver.Query_x",
            "update",
            before={"pipeline_config": [{"functions": ["f1", "f2"]}]},
            after={"pipeline_config": [{"functions": []}]},
        ),
        prior={
            "aws_appsync_function.requireMembership": {"function_id": "f1", "name": "requireMembership", **checking},
            "aws_appsync_function.readIt": {"function_id": "f2", "name": "readIt", **reading},
        },
    )

    assert messages(of) == ["aws_appsync_resolver.Query_x no longer runs `requireMembership` (authorization code)"]


CHECK = bundle(("functions/check.js", "check();"), authorizes="functions/check.js")
FUNCTIONS = {
    f"aws_appsync_function.{name}": {"function_id": f"id-{name}", "name": name, **code}
    for name, code in (("check", CHECK), ("put", {}), ("log", {}))
}


def pipeline_messages(before: str, after: str) -> list[str]:
    """Return the findings of a resolver that runs other functions, without the address."""
    sides = ({"pipeline_config": [{"functions": [f"id-{name}" for name in side.split()]}]} for side in (before, after))
    old, new = sides
    of = plan(change("aws_appsync_resolver.Query_x", "update", before=old, after=new), prior=FUNCTIONS)
    return [finding.message for finding in find(of)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("check put", "put check", "now runs `put` before `check` (authorization code)"),
        ("check", "put log check", "now runs `put`, `log` before `check` (authorization code)"),
        ("log check", "log other check", "now runs `id-other` before `check` (authorization code)"),
    ],
)
def test_functions_that_newly_run_before_an_authorizing_function_are_reported(
    before: str, after: str, message: str
) -> None:
    assert pipeline_messages(before, after) == [message]


@pytest.mark.parametrize(
    ("before", "after"),
    [("put log check", "log put check"), ("put check log", "check put log"), ("check", "check put")],
)
def test_another_order_with_nothing_new_before_an_authorizing_function_is_not_reported(before: str, after: str) -> None:
    assert pipeline_messages(before, after) == []


@pytest.mark.parametrize(
    "file", ["functions/confirmErasure.js", "shared/historyVisibility.js", "resolvers/Query.me.js"]
)
def test_changed_authorization_code_of_this_project_is_reported(file: str) -> None:
    """None of these files is recognizable by its name."""
    sources = read_authorization(GRAPHQL)
    code = {text: f"// {file}\n{text};\n" for text in ("one", "two")}
    entry = file if not file.startswith("shared/") else "resolvers/Query.messagesByRoom.js"
    before, after = ({"code": bundle_header(entry, text, sources) + text} for text in code.values())

    assert messages(code_change(before, after)) == [
        f"aws_appsync_function.a `graphql/{file}` changes (authorization code)"
    ]


RULES = (
    ("shared/a.js", "function check(ctx) {\n  fail();\n}"),
    ("shared/b.js", "function check2(ctx) {\n  pass();\n}"),
)


def calling(name: str) -> dict[str, Any]:
    """Return a bundle of which two sources have the same name, which a third calls."""
    return bundle(*RULES, ("functions/it.js", f"{name}(ctx);"), authorizes="functions/it.js shared/a.js")


def test_the_use_of_another_source_s_name_is_reported() -> None:
    of = code_change(calling("check"), calling("check2"))

    assert messages(of) == ["aws_appsync_function.a `graphql/functions/it.js` changes (authorization code)"]
    assert changed_values(of) == ["code, functions/it.js: check(ctx); -> check2(ctx);"]


def test_other_numbers_of_the_same_names_are_one_line() -> None:
    imports = 'import { util } from "@aws-appsync/utils";'
    new = ("shared/0.js", f"{imports}\nfunction check(ctx) {{\n  new();\n}}\nexport {{ request }};")
    before = bundle(("shared/a.js", f"{imports}\n{RULES[0][1]}\nutil.time(ctx.util, ...check(ctx));"), RULES[1])
    renumbered = (
        (
            "shared/a.js",
            (
                'import { util as util2 } from "@aws-appsync/utils";\n'
                "function check2(ctx) {\n  fail();\n}\nutil2.time(ctx.util, ...check2(ctx));"
            ),
        ),
        ("shared/b.js", "function check3(ctx) {\n  pass();\n}"),
    )

    assert changed_values(code_change(before, bundle(new, *renumbered))) == [f"code, shared/0.js: (none) -> {new[1]}"]
    assert changed_values(code_change(bundle(*renumbered), before)) == [
        "code: (names of several sources) -> (the same names with other numbers)"
    ]


def test_other_code_before_the_sources_is_reported() -> None:
    def code(role: str) -> dict[str, Any]:
        start = f'// @requires MODERATOR\n// @authorizes resolvers/x.js\nconst REQUIRED_ROLE = "{role}";\n'
        return {"code": f"{start}// resolvers/x.js\ncheck(REQUIRED_ROLE);\n"}

    of = code_change(code("MODERATOR"), code("MEMBER"))

    was, then = (f'const REQUIRED_ROLE = "{role}";' for role in ("MODERATOR", "MEMBER"))
    assert messages(of) == [
        f"aws_appsync_function.a the role in its code changes from `{was}` to `{then}`, without a change of its tags"
    ]
    assert changed_values(of) == [f"code, header: {was} -> {then}"]


def tagged(tags: tuple[str, ...], *lines: str) -> dict[str, Any]:
    """Return a bundle with tags and lines before its source."""
    header = "".join(f"{line}\n" for line in (*(f"// @requires {tag}" for tag in tags), *lines))
    return {"code": f"{header}// resolvers/x.js\ncheck(REQUIRED_ROLE);\n"}


REQUIRES_MEMBER = 'const REQUIRED_ROLE = "MEMBER";'
REQUIRES_OWNER = 'const REQUIRED_ROLE = "OWNER";'


@pytest.mark.parametrize(
    ("tags", "lines", "is_reported"),
    [
        (("OWNER",), (REQUIRES_OWNER,), False),
        (("OWNER", "MEMBER if x"), (REQUIRES_OWNER, 'const CONDITIONAL_ROLE = "MEMBER";'), False),
        (("OWNER",), (REQUIRES_MEMBER,), True),
        (("OWNER", "MEMBER if x"), (REQUIRES_MEMBER,), True),
        (("OWNER",), (REQUIRES_OWNER, "open();"), True),
    ],
)
def test_code_before_the_sources_that_does_not_follow_new_tags_is_reported(
    tags: tuple[str, ...], lines: tuple[str, ...], *, is_reported: bool
) -> None:
    before = tagged(("MODERATOR",), 'const REQUIRED_ROLE = "MODERATOR";')

    of_tags, *of_code = sorted(messages(code_change(before, tagged(tags, *lines))))

    assert "the required role changes from `MODERATOR`" in of_tags
    assert [message.rpartition(", ")[2] for message in of_code] == ["unlike its tags"] * is_reported


def test_code_beside_the_settings_is_reported() -> None:
    literal = "var define_SETTINGS_default = { shed: [], retentionDays: 0 };"
    before, after = (bundle(("<define:SETTINGS>", text)) for text in (literal, f"{literal}\nopen();"))

    assert changed_values(code_change(before, after)) == [f"code, <define:SETTINGS>: {literal} -> {literal}\nopen();"]


def test_another_order_of_the_sources_is_shown() -> None:
    of = code_change(bundle(*RULES), bundle(*reversed(RULES)))

    assert [found.path for found in values_of(of, of.changes[0])] == ["code"]
