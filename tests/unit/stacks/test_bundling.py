"""Tests of bundling: self-contained code for each environment, and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.authorization import read_authorization
from stacks.bundle_header import Bundle, changed_sources
from stacks.bundling import LARGEST_CODE, BundleRequest
from stacks.bundling import bundle as bundle_with_tags
from stacks.environments import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

DEV = BundleRequest({"rooms": "chat-rooms-dev"}, {"environment": "dev"})
PROD = BundleRequest({"rooms": "chat-rooms-prod"}, {"environment": "prod"})

CODE = """
import { util } from '@aws-appsync/utils';
import * as ddb from '@aws-appsync/utils/dynamodb';
import { table } from '../shared/environment';
export const request = () => ddb.get({ key: { id: `${table} ${SETTINGS.environment} ${util.autoId()} \u00e9` } });
export const response = (ctx) => ctx.result;
"""


def bundle(root: Path, files: Sequence[str], requests: Sequence[BundleRequest]) -> list[dict[str, str]]:
    return bundle_with_tags(root, files, requests, read_authorization(root / "graphql"))


@pytest.fixture
def tree(tmp_path: Path, root: Path) -> Path:
    """Return a checkout with one function that imports a shared file."""
    (tmp_path / "node_modules").symlink_to(root / "node_modules")
    for folder in ("functions", "shared"):
        (tmp_path / "graphql" / folder).mkdir(parents=True)
    (tmp_path / "graphql/functions/a.js").write_text(CODE, encoding="utf-8")
    (tmp_path / "graphql/shared/environment.js").write_text("export const table = TABLES.rooms;", encoding="utf-8")
    return tmp_path


def refusal(root: Path, *files: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        bundle(root, files, [DEV, PROD])
    return list(caught.value.lines)


def test_each_environment_gets_its_own_constants(tree: Path) -> None:
    dev, prod = bundle(tree, ["functions/a.js"], [DEV, PROD])
    assert "chat-rooms-dev" in dev["functions/a.js"]
    assert "chat-rooms-prod" in prod["functions/a.js"]
    assert "chat-rooms-dev" not in prod["functions/a.js"]


def test_local_files_are_inlined_and_appsync_s_own_modules_stay_imports(tree: Path) -> None:
    ((code),) = [result["functions/a.js"] for result in bundle(tree, ["functions/a.js"], [DEV])]
    assert 'from "@aws-appsync/utils"' in code
    assert 'from "@aws-appsync/utils/dynamodb"' in code
    assert "../shared" not in code
    assert "export {" in code
    assert "é" in code


def test_code_contains_no_paths_of_the_machine(tree: Path) -> None:
    (result,) = bundle(tree, ["functions/a.js"], [DEV])
    assert str(tree) not in result["functions/a.js"]


SHARED = """
import { util } from '@aws-appsync/utils';
export function check(ctx) {
  return util.toJson(ctx.%s);
}
export const check%s = (ctx) => check(ctx.util);
"""
CALLER = """
import { util } from '@aws-appsync/utils';
%s
export const request = (ctx) => ({ id: util.autoId(), it: %s(ctx), all: [...other(ctx), check(ctx)] });
export const response = (ctx) => ctx.result;
"""
FIRST, SECOND = "import { check } from '../shared/b';", "import { check as other } from '../shared/c';"


@pytest.fixture
def bundled(tree: Path) -> Callable[..., Bundle]:
    """Return a function that bundles a caller of shared sources which have the same names."""
    for name in "abc":
        (tree / f"graphql/shared/{name}.js").write_text(SHARED % (name, name.upper()), encoding="utf-8")

    def parse(*imports: str, called: str = "check") -> Bundle:
        (tree / "graphql/functions/f.js").write_text(CALLER % ("\n".join(imports), called), encoding="utf-8")
        ((code),) = [result["functions/f.js"] for result in bundle(tree, ["functions/f.js"], [DEV])]
        return Bundle.of(code)

    return parse


def test_other_numbers_of_names_change_no_source(bundled: Callable[..., Bundle]) -> None:
    before = bundled(FIRST, SECOND)
    after = bundled("import { checkA } from '../shared/a';", "console.log(checkA);", FIRST, SECOND)

    assert before.sections["shared/b.js"] != after.sections["shared/b.js"], "esbuild numbers the names otherwise"
    assert changed_sources(before, after).keys() == {"shared/a.js", "functions/f.js"}
    ((was, then),) = [changed_sources(before, after)["functions/f.js"]]
    assert then == was.replace("var request", "console.log(checkA);\nvar request")


def test_a_call_of_another_source_s_function_changes_the_caller(bundled: Callable[..., Bundle]) -> None:
    before, after = bundled(FIRST, SECOND), bundled(FIRST, SECOND, called="other")

    ((was, then),) = changed_sources(before, after).values()
    assert was != then


@pytest.mark.parametrize(("called", "is_changed"), [("isAllowed1", False), ("isAllowed2", True)])
def test_names_of_one_source_that_differ_in_their_number_are_told_apart(
    tree: Path, called: str, *, is_changed: bool
) -> None:
    source = tree / "graphql/shared/authority.js"
    (tree / "graphql/functions/f.js").write_text(
        "import { requireRole } from '../shared/authority';\n"
        "export const request = (ctx) => requireRole(ctx);\nexport const response = (ctx) => ctx.result;\n",
        encoding="utf-8",
    )

    def bundled(name: str) -> Bundle:
        source.write_text(
            "const isAllowed1 = (ctx) => ctx.stash.isMember;\nconst isAllowed2 = (ctx) => ctx.stash !== null;\n"
            "const all = [isAllowed1, isAllowed2];\n"
            f"export const requireRole = (ctx) => all.length > 0 && {name}(ctx);\n",
            encoding="utf-8",
        )
        ((code),) = [result["functions/f.js"] for result in bundle(tree, ["functions/f.js"], [DEV])]
        return Bundle.of(code)

    changed = changed_sources(bundled("isAllowed1"), bundled(called))

    assert changed.keys() == ({"shared/authority.js"} if is_changed else set())


def test_a_syntax_error_is_reported_once_with_file_and_line(tree: Path) -> None:
    (tree / "graphql/functions/b.js").write_text("\nexport const request = (;\n", encoding="utf-8")
    (line,) = refusal(tree, "functions/a.js", "functions/b.js")
    assert line.startswith("graphql/functions/b.js:2:")


def test_a_missing_import_is_reported_with_the_importing_file(tree: Path) -> None:
    (tree / "graphql/functions/b.js").write_text("import '../shared/nowhere';\n", encoding="utf-8")
    (line,) = refusal(tree, "functions/b.js")
    assert line.startswith("graphql/functions/b.js:1:")
    assert "../shared/nowhere" in line


def test_code_above_the_size_limit_of_appsync_is_reported(tree: Path) -> None:
    (tree / "graphql/functions/b.js").write_text(f"export const x = '{'x' * LARGEST_CODE}';\n", encoding="utf-8")
    (line,) = refusal(tree, "functions/b.js")
    assert line.startswith("graphql/functions/b.js: ")
    assert f"AppSync allows {LARGEST_CODE}" in line


def test_missing_tools_are_reported_with_the_command_that_installs_them(tree: Path) -> None:
    (tree / "node_modules").unlink()
    (line,) = refusal(tree, "functions/a.js")
    assert "make bootstrap" in line
