"""Tests of the HCL modules: they are formatted, valid, pass their own tests, and describe all variables and outputs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ops.modules import MODULES, Checker, ModuleError, Unavailable, modules
from stacks.versions import AWS_PROVIDER_VERSION, TERRAFORM_VERSION
from tests.helpers.shared_provider import shared_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = [module.name for module in modules()]


@pytest.fixture(scope="module")
def checker() -> Checker:
    """Return Terraform; the tests are skipped if it is not installed."""
    try:
        return Checker.discover()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def connected(checker: Checker) -> Iterator[Checker]:
    """Return Terraform with a running provider, if this machine has a mirror."""
    with shared_provider(MODULES, checker.environment) as connection:
        yield replace(checker, environment={**checker.environment, **connection})


@pytest.fixture(params=modules(), ids=NAMES)
def module(request: pytest.FixtureRequest) -> Path:
    """Return each module's folder in turn."""
    folder: Path = request.param
    return folder


def blocks(module: Path, kind: str) -> dict[str, str]:
    """Return the bodies of all top-level blocks of one kind, by label."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("*.tf")))
    return dict(re.findall(rf'^{kind} "(\w+)" {{\n(.*?)^}}', text, flags=re.MULTILINE | re.DOTALL))


def test_the_modules_are_those_of_the_design() -> None:
    assert NAMES == ["chat-outputs", "github-oidc", "state-backend"]


def test_modules_are_formatted(checker: Checker) -> None:
    checker.check_format()


@pytest.mark.terraform
def test_a_module_is_valid_and_passes_its_tests(module: Path, connected: Checker) -> None:
    try:
        summary = connected.check(module)
    except Unavailable as reason:
        pytest.skip(str(reason))

    assert re.fullmatch(r"Success! [1-9]\d* passed, 0 failed\.", summary)


@pytest.mark.terraform
def test_a_module_without_tls_fails_its_test(connected: Checker, tmp_path: Path) -> None:
    source = next(module for module in modules() if module.name == "state-backend")
    copy = tmp_path / "state-backend"
    for file in source.rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.read_text(encoding="utf-8").replace("aws:SecureTransport", "aws:SourceVpc"))
    test = copy / "tests" / "state_backend.tftest.hcl"
    test.write_text((source / "tests" / "state_backend.tftest.hcl").read_text(encoding="utf-8"))

    try:
        with pytest.raises(ModuleError, match="deny requests without TLS"):
            connected.check(copy)
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_variables_and_outputs_are_described(module: Path, kind: str) -> None:
    found = blocks(module, kind)

    assert found
    assert [
        name for name, body in found.items() if "  description = " not in body and "  description  " not in body
    ] == []


def test_variables_have_a_type(module: Path) -> None:
    typed = re.compile(r"^  type +=", re.MULTILINE)

    assert [name for name, body in blocks(module, "variable").items() if not typed.search(body)] == []


def test_the_readme_lists_every_variable_and_output(module: Path) -> None:
    readme = (module / "README.md").read_text(encoding="utf-8")
    names = [*blocks(module, "variable"), *blocks(module, "output")]

    assert "```hcl\nmodule " in readme
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_modules_accept_the_versions_of_the_stacks(module: Path) -> None:
    text = (module / "versions.tf").read_text(encoding="utf-8")

    assert set(re.findall(r' version\s*= "(.*)"', text)) <= {AWS_PROVIDER_VERSION}
    assert re.findall(r'required_version\s*= "(.*)"', text) == [TERRAFORM_VERSION]
