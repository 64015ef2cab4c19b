"""Tests of authorization tags in graphql/: missing and wrong tags, and tags without code that enforces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.authorization import read_authorization
from stacks.authorization_checks import authorization_errors
from stacks.bundle_header import Bundle, bundle_header

if TYPE_CHECKING:
    from pathlib import Path

SHARED = """
/** Shared. */
/**
 * @authorizes
 * @param {any} ctx
 */
export function check(ctx) {
  fail('Forbidden', 'No.');
}

/** @guards */
export function callerId(ctx) {
  return ctx.identity.sub;
}

export function plain(row) {
  return row.name;
}
"""
CHECKING = "/**\n * Checks.\n *\n * @authorizes MEMBER\n */\nimport { check } from '../shared/rules';\ncheck(1);\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a graphql/ in which one resolver runs one function that checks access with a shared one."""
    write(tmp_path, "shared/rules.js", SHARED)
    write(tmp_path, "functions/checking.js", CHECKING)
    write(
        tmp_path, "functions/plain.js", "/** @dataSource none */\nimport { plain } from '../shared/rules';\nplain();\n"
    )
    write(tmp_path, "resolvers/Query.x.js", "/** @requires MEMBER */\n")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    return list(authorization_errors(read_authorization(folder), {"resolvers/Query.x.js": ("checking", "plain")}))


def test_tags_that_match_the_code_are_accepted(folder: Path) -> None:
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        ("import { check } from '../shared/rules';\ncheck(1);", "it uses check"),
        ("if (ctx.result.ownerId !== 1) {\n  fail('Banned', 'No.');\n}", "it refuses the caller with fail()"),
        ("return ctx.identity.sub === ctx.args.id;", "it reads ctx.identity"),
        ("ctx.stash.admission = { roomId };", "it uses the admission in the stash"),
        ("return ctx.result.role === 'OWNER' ? ctx.result : null;", "it compares a role"),
        ("return { condition: { expression: 'authorId = :me' } };", "it compares the author with the caller"),
        ("extensions.setSubscriptionFilter({});", "it sets or ends subscriptions"),
    ],
)
@pytest.mark.parametrize("file", ["functions/plain.js", "resolvers/Query.x.js"])
def test_a_file_that_checks_access_without_the_tag_is_reported(
    folder: Path, file: str, code: str, evidence: str
) -> None:
    write(folder, file, f"/** @requires MEMBER */\n{code}\n")

    (problem,) = problems(folder)

    assert problem.startswith(
        f"graphql/{file}: {evidence}, but its leading comment has no @authorizes. Add @authorizes"
    )


def test_a_check_in_a_comment_is_ignored(folder: Path) -> None:
    write(folder, "functions/plain.js", "/** Reads ctx.identity. */\n// check(1), admission\n")

    assert problems(folder) == []


@pytest.mark.parametrize("name", ["functions/plain.js", "resolvers/Query.x.js"])
def test_a_tag_on_a_file_without_checks_is_reported(folder: Path, name: str) -> None:
    write(folder, name, "/**\n * @requires MEMBER\n * @authorizes MEMBER\n */\nexport {};\n")

    assert problems(folder) == [f"graphql/{name}: it has @authorizes, but nothing in it checks access. Remove the tag"]


def test_a_tag_on_a_file_that_uses_the_callers_identity_is_accepted(folder: Path) -> None:
    code = "import { callerId } from '../shared/rules';\ncallerId();\n"
    write(folder, "resolvers/Query.x.js", f"/**\n * @requires SELF\n * @authorizes SELF\n */\n{code}")

    assert problems(folder) == []


@pytest.mark.parametrize(
    "code",
    ["export function other(ctx) {\n  check(ctx);\n}\n", "function other(ctx) {\n  return ctx.stash.admission;\n}\n"],
)
def test_a_shared_function_that_checks_access_without_a_tag_is_reported(folder: Path, code: str) -> None:
    write(folder, "shared/rules.js", SHARED + "\n" + code)

    (problem,) = problems(folder)

    assert problem.startswith("graphql/shared/rules.js: other ")
    assert "its comment has no @authorizes. Add it, or @guards if it only returns an earlier decision" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/** Nothing. */", "its leading comment has no @requires. Add @requires <role>"),
        ("/** @requires KING */", 'unknown role "KING"; valid roles: IAM, SIGNED_IN, SELF'),
        ("/** @requires */", '"@requires " is not @requires <role> [or <role>] [if <condition>]'),
        ("/** @requires AUTHOR */", "it requires AUTHOR, but neither the resolver nor a function of its pipeline has"),
        ("/** @requires PARENT */", "PARENT is for fields of other types than Query, Mutation and Subscription"),
        ("/**\n * @requires MEMBER\n * @requires IAM\n */", "it may have one @requires line without a condition"),
    ],
)
def test_a_wrong_requirement_is_reported(folder: Path, text: str, said: str) -> None:
    write(folder, "resolvers/Query.x.js", text)

    (problem,) = problems(folder)

    assert problem.startswith("graphql/resolvers/Query.x.js: ")
    assert said in problem


def test_an_unknown_role_that_a_function_enforces_is_reported(folder: Path) -> None:
    write(folder, "functions/checking.js", CHECKING.replace("MEMBER", "MEMBER, KING"))

    (problem,) = problems(folder)

    assert problem.startswith('graphql/functions/checking.js: unknown role "KING"; valid roles: ')


@pytest.mark.parametrize(
    ("tags", "code", "said"),
    [
        ("@requires OWNER", "", "it requires OWNER, but does not read REQUIRED_ROLE: nothing checks the role"),
        ("@requires MEMBER", "stash(CONDITIONAL_ROLE)", "it uses CONDITIONAL_ROLE, but no @requires line with a"),
        ("@requires MEMBER if x", "stash(REQUIRED_ROLE)", "it uses REQUIRED_ROLE, but no @requires line without a"),
    ],
)
def test_a_role_that_is_only_declared_or_only_used_is_reported(folder: Path, tags: str, code: str, said: str) -> None:
    write(folder, "functions/checking.js", CHECKING.replace("MEMBER", "MEMBER, REQUIRED_ROLE"))
    write(
        folder,
        "resolvers/Query.x.js",
        f"/**\n * {tags}\n * @authorizes\n */\nimport {{ callerId }} from '../shared/rules';\ncallerId();\n{code};\n",
    )

    (problem,) = problems(folder)

    assert problem.startswith("graphql/resolvers/Query.x.js: ")
    assert said in problem


def test_a_bundle_starts_with_its_tags_and_required_roles(folder: Path) -> None:
    text = "/**\n * @requires MEMBER or OWNER\n * @requires MODERATOR if it rains\n */\nstash(CONDITIONAL_ROLE);\n"
    write(folder, "resolvers/Query.x.js", text)
    bundle = "// shared/rules.js\ncheck();\n\n// functions/plain.js\nplain();\n\n// resolvers/Query.x.js\nstash();\n"

    header = bundle_header("resolvers/Query.x.js", bundle, read_authorization(folder))

    assert header == (
        "// @requires MEMBER or OWNER\n"
        "// @requires MODERATOR if it rains\n"
        "// @authorizes shared/rules.js\n"
        'const CONDITIONAL_ROLE = "MODERATOR";\n'
    )
    found = Bundle.of(header + bundle)
    assert found.requirements == ("MEMBER or OWNER", "MODERATOR if it rains")
    assert found.deciding == {"shared/rules.js"}
    assert found.sections["shared/rules.js"] == "check();"


def test_only_the_head_of_a_bundle_contains_tags() -> None:
    assert Bundle.of("import x;\n// @authorizes shared/rules.js\n").deciding == frozenset()
