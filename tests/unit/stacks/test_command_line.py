"""Tests of ``python main.py`` and ``cdktf synth`` as users run them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from common.environment_files import PROVIDER_LOCK_FILE
from common.exit_codes import REFUSED
from common.owned_folder import ForeignFolderError, Purpose, purpose_of
from stacks.synthesis import FUNCTIONS, claim_output
from stacks.versions import LOCK_FILE
from tests.helpers.documents import documented
from tests.helpers.environments import ENVIRONMENTS
from tests.helpers.once import synthesized_by_main
from tests.unit.stacks.conftest import copy_checkout, edit, files, run, run_main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOCK = "# a provider lock file\n"
STALE = "cdktf.out/stacks/chat-dev/assets/gone.zip"


def outputs(checkout: Path) -> dict[str, bytes]:
    return {name: content for name, content in files(checkout).items() if name.startswith("cdktf.out/")}


def without_locks(output: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in output.items() if not name.endswith(LOCK_FILE)}


def expected(factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the output of ``python main.py`` in the checkout itself, in an empty folder."""
    return {f"cdktf.out/{name}": content for name, content in files(synthesized_by_main(factory)).items()}


def test_main_is_short(root: Path) -> None:
    assert len((root / "main.py").read_text(encoding="utf-8").splitlines()) <= 40


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize in another checkout, over an output with an obsolete archive, without Terraform on the PATH."""
    folder = tmp_path_factory.mktemp("repeated")
    checkout = copy_checkout(folder / "another place" / "with spaces")
    shutil.copytree(synthesized_by_main(tmp_path_factory), checkout / "cdktf.out")
    (checkout / STALE).write_bytes(b"")
    (checkout / PROVIDER_LOCK_FILE).write_text(LOCK, encoding="utf-8")
    node = shutil.which("node")
    assert node is not None
    (folder / "bin").mkdir()
    (folder / "bin/node").symlink_to(node)
    result = run_main(checkout, PATH=str(folder / "bin"))
    assert (result.returncode, result.stderr) == (0, "")
    return checkout


def test_another_run_in_another_folder_writes_the_same_bytes(
    repeated: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert without_locks(outputs(repeated)) == without_locks(expected(tmp_path_factory))


def test_every_stack_has_the_committed_provider_lock_file(repeated: Path) -> None:
    stacks = [file.parent for file in (repeated / "cdktf.out" / "stacks").glob("*/cdk.tf.json")]
    assert {stack.name for stack in stacks} > {"chat-dev", "state-dev"}
    assert {(stack / LOCK_FILE).read_text(encoding="utf-8") for stack in stacks} == {LOCK}


def test_the_archive_of_a_removed_function_is_deleted(repeated: Path) -> None:
    assert {file.name for file in (repeated / STALE).parent.iterdir()} == {f"{function}.zip" for function in FUNCTIONS}


def test_the_cdktf_command_writes_the_same_bytes(
    checkout: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cdktf = root / "node_modules/.bin/cdktf"
    if not cdktf.exists():
        pytest.skip("cdktf-cli is not installed: make bootstrap-all")
    command = documented("docs/terraform.md", "cdktf synth")
    result = run(checkout, [str(cdktf), *command.words[1:]], CHECKPOINT_DISABLE="1", CI="1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert outputs(checkout) == expected(tmp_path_factory)


# --- The output folder: foreign files are kept ---


def test_a_folder_of_an_earlier_release_is_adopted(tmp_path: Path) -> None:
    (tmp_path / "stacks" / "chat-dev").mkdir(parents=True)
    (tmp_path / "manifest.json").write_text('{"version": "0.21.0", "stacks": {"chat-dev": {}, "state-dev": {}}}')
    claim_output(tmp_path)
    assert purpose_of(tmp_path) is Purpose.SYNTHESIS


@pytest.mark.parametrize(
    "files_before",
    [
        {"notes.txt": "mine"},
        {"stacks/chat-dev/assets/mine.zip": "mine"},
        {"manifest.json": '{"version": "0.21.0", "stacks": {"network": {}}}', "stacks/network/cdk.tf.json": "{}"},
        {"manifest.json": '{"version": "0.21.0", "stacks": {"chat-dev": {}}}', "stacks/chat-dev/x": "", "mine": ""},
        {"manifest.json": "[]", "stacks/chat-dev/cdk.tf.json": "{}"},
    ],
    ids=["notes", "assets", "another-project", "something-beside-it", "damaged"],
)
def test_a_folder_with_other_files_is_refused(tmp_path: Path, files_before: dict[str, str]) -> None:
    for name, content in files_before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ForeignFolderError, match="CDKTF_OUTDIR"):
        claim_output(tmp_path)
    assert {name: content.decode() for name, content in files(tmp_path).items()} == files_before


def test_the_command_does_not_change_a_folder_with_other_files(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "stacks" / "chat-dev" / "assets").mkdir(parents=True)
    (folder / "stacks" / "chat-dev" / "assets" / "mine.zip").write_bytes(b"mine")
    result = run_main(checkout, CHAT_ENVIRONMENTS="dev", CDKTF_OUTDIR=str(folder))
    assert (result.returncode, result.stdout) == (REFUSED, "")
    (line,) = result.stderr.splitlines()
    assert str(folder) in line
    assert files(folder) == {"stacks/chat-dev/assets/mine.zip": b"mine"}


def test_an_impossible_folder_is_refused_in_one_line(checkout: Path) -> None:
    result = run_main(checkout, CHAT_ENVIRONMENTS="dev", CDKTF_OUTDIR="/proc/nope")
    assert (result.returncode, result.stdout) == (REFUSED, "")
    (line,) = result.stderr.splitlines()
    assert "/proc/nope" in line
    assert "CDKTF_OUTDIR" in line


@pytest.mark.parametrize("argument", ["extra", "--unknown"])
def test_arguments_are_refused(checkout: Path, argument: str) -> None:
    result = run_main(checkout, argument)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"unrecognized arguments: {argument}" in result.stderr
    assert not (checkout / "cdktf.out").exists()


# --- Refusals: exit code 2, one line per problem, nothing written ---


def test_an_unknown_environment_is_refused(refused: Callable[..., list[str]]) -> None:
    (line,) = refused(CHAT_ENVIRONMENTS="nowhere")
    valid = ", ".join(ENVIRONMENTS)
    assert line == f'CHAT_ENVIRONMENTS: unknown environment "nowhere"; valid environments: {valid}'


def test_an_error_in_one_environment_prevents_all_output(checkout: Path, refused: Callable[..., list[str]]) -> None:
    edit(checkout / "environments/staging.toml", "enable_xray = true", "enable_xray = 2")
    (line,) = refused()
    assert line.startswith("environments/staging.toml: enable_xray = 2: ")


def test_every_problem_is_one_line(checkout: Path, refused: Callable[..., list[str]]) -> None:
    edit(checkout / "environments/dev.toml", "enable_xray = true", "enable_xray = 2")
    edit(checkout / "environments/dev.toml", 'app_name = "chat"', 'app_name = "Chat App"\ncolour = "red"')
    lines = refused()
    assert [line.split(" = ")[0] for line in lines] == [
        "environments/dev.toml: app_name",
        "environments/dev.toml: enable_xray",
        "environments/dev.toml: colour",
    ]


def test_code_that_does_not_bundle_is_refused(checkout: Path, refused: Callable[..., list[str]]) -> None:
    edit(checkout / "graphql/resolvers/Query.me.js", "export function request(", "export function request((")
    (line,) = refused(CHAT_ENVIRONMENTS="dev,prod")
    assert line.startswith("graphql/resolvers/Query.me.js:")


def test_a_resolver_without_tags_is_refused(checkout: Path, refused: Callable[..., list[str]]) -> None:
    edit(checkout / "graphql/resolvers/Query.me.js", "@dataSource", "@datasource")
    (line,) = refused()
    assert line.startswith("graphql/resolvers/Query.me.js: its leading comment needs one @dataSource")


def test_missing_tools_are_refused(checkout: Path, refused: Callable[..., list[str]]) -> None:
    (checkout / "node_modules").unlink()
    (line,) = refused()
    assert line.endswith("run: make bootstrap")


def test_a_missing_function_is_refused(checkout: Path, refused: Callable[..., list[str]]) -> None:
    (checkout / "lambdas/post_confirmation/handler.py").unlink()
    (line,) = refused()
    assert line.startswith("lambdas/post_confirmation/handler.py is missing")
