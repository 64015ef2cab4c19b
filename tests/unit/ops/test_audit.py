"""Tests that advisories are found, waivers expire, and a silent registry is not reported as clean."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from common.commands import OperationError, counted
from common.exit_codes import EXIT_OK, FAILED, REFUSED
from ops.audit import node_packages, python_packages
from ops.audit import report as command
from ops.audit.advisory import Advisory, UnreachableError
from ops.audit.waivers import FILE, AdvisoryWaiver, read_advisory_waivers, unused, unwaived
from ops.order import ROOT
from ops.waivers import expired

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2030, 1, 1)
ADVISORY = Advisory("Pipfile.lock", "leaky", "1.0", "PYSEC-2029-1", "no remedy", aliases=("CVE-2029-1",))
REASON = "Only its parser is used here, on files of this repository."


def waiver(**values: Any) -> AdvisoryWaiver:  # noqa: ANN401 - whatever differs
    """Return an entry about the advisory, valid today."""
    entry = {"id": ADVISORY.id, "package": "leaky", "reason": REASON, "expires": date(2030, 6, 1), **values}
    return AdvisoryWaiver.model_validate(entry)


# --- reports of the tools -----------------------------------------------------------------------


def test_fixed_versions_are_read_from_the_report_of_pip_audit() -> None:
    vulnerabilities = [
        {"id": "PYSEC-2029-1", "fix_versions": ["1.1"], "aliases": ["CVE-2029-1", "GHSA-aaaa-bbbb-cccc"]},
        {"id": "GHSA-dddd-eeee-ffff", "fix_versions": [], "aliases": []},
    ]
    report = {
        "dependencies": [
            {"name": "leaky", "version": "1.0", "vulns": vulnerabilities},
            {"name": "fine", "version": "2.0", "vulns": []},
        ],
        "fixes": [],
    }

    found = python_packages.read_report(json.dumps(report), "Pipfile.lock")

    assert [str(one) for one in found] == [
        "Pipfile.lock: leaky 1.0 has PYSEC-2029-1: fixed in 1.1: `make relock`",
        "Pipfile.lock: leaky 1.0 has GHSA-dddd-eeee-ffff: no fixed version yet",
    ]
    assert found[0].aliases == ("CVE-2029-1", "GHSA-aaaa-bbbb-cccc")


@pytest.mark.parametrize(
    "dependencies",
    [
        [{"name": "fine", "version": "2.0", "vulns": []}, {"name": "x", "skip_reason": "Dependency not found on PyPI"}],
        [],
    ],
)
def test_packages_that_pip_audit_skips_were_not_audited(dependencies: list[dict[str, Any]]) -> None:
    with pytest.raises(UnreachableError, match="no advisories for"):
        python_packages.read_report(json.dumps({"dependencies": dependencies, "fixes": []}), "Pipfile.lock")


def test_npms_report_names_the_vulnerable_package_and_not_its_dependents() -> None:
    cause = {
        "source": 1,
        "name": "leaky",
        "title": "Leaks",
        "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
        "severity": "high",
        "range": "<1.1",
    }
    fix = {"name": "user", "version": "3.0.0", "isSemVerMajor": True}
    report = {
        "auditReportVersion": 2,
        "vulnerabilities": {
            "leaky": {"name": "leaky", "range": "<1.1", "via": [cause], "fixAvailable": fix},
            "user": {"name": "user", "range": "<3", "via": ["leaky"], "fixAvailable": fix},
        },
    }

    found = node_packages.read_report(json.dumps(report), "package-lock.json")

    assert [str(one) for one in found] == [
        "package-lock.json: leaky <1.1 has GHSA-aaaa-bbbb-cccc: high; fixed by user 3.0.0"
    ]


def test_a_registry_without_advisories_is_not_a_clean_report() -> None:
    refused = {"message": "405 Method Not Allowed", "error": {"summary": "audit endpoint returned an error"}}

    with pytest.raises(UnreachableError, match="405 Method Not Allowed"):
        node_packages.read_report(json.dumps(refused), "package-lock.json")


def test_an_invalid_report_is_an_error() -> None:
    with pytest.raises(OperationError, match="pip-audit printed no report"):
        python_packages.read_report("Traceback", "Pipfile.lock")
    with pytest.raises(OperationError, match="npm printed no report"):
        node_packages.read_report("", "package-lock.json")


# --- waivers ----------------------------------------------------------------------------------


def test_no_waiver_has_expired() -> None:
    assert expired(read_advisory_waivers(), datetime.now(UTC).date(), FILE) == []


def test_a_waiver_covers_any_id_of_an_advisory_until_its_last_day() -> None:
    for name in (ADVISORY.id, *ADVISORY.aliases):
        assert unwaived([ADVISORY], [waiver(id=name)], TODAY) == []
    assert unwaived([ADVISORY], [waiver(package="other")], TODAY) == [ADVISORY]
    late = [waiver(expires=date(2029, 12, 31))]
    assert unwaived([ADVISORY], late, TODAY) == [ADVISORY]
    assert len(expired(late, TODAY, FILE)) == 1
    assert unused([waiver(id="CVE-2029-2")], [ADVISORY]) == [
        "The waiver of CVE-2029-2 of leaky matches nothing: remove it from waivers.toml"
    ]


def test_a_waiver_without_a_reason_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text('[[waiver]]\nid = "CVE-2029-1"\npackage = "leaky"\nreason = "fine"\nexpires = 2030-01-01\n')

    with pytest.raises(OperationError, match="reason"):
        read_advisory_waivers(file)


def test_the_last_day_of_a_waiver_is_at_most_400_days_ahead(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(
        '[[waiver]]\nid = "CVE-2029-1"\npackage = "leaky"\nreason = "Only the tests of this project import it."\n'
        "expires = 2999-01-01\n"
    )

    with pytest.raises(OperationError, match="CVE-2029-1 of leaky: expires = 2999-01-01 is more than 400 days ahead"):
        read_advisory_waivers(file)


# --- the command --------------------------------------------------------------------------------


def unreachable() -> list[Advisory]:
    raise UnreachableError("web/package-lock.json: npm's registry gave no advisories: 405")


@pytest.mark.parametrize(
    ("asks", "warn", "code", "says"),
    [
        ({"a": list}, False, EXIT_OK, ""),
        ({"a": lambda: [ADVISORY]}, True, REFUSED, "leaky 1.0 has PYSEC-2029-1"),
        ({"a": list, "b": unreachable}, False, FAILED, "NOT AUDITED: web/package-lock.json"),
        ({"a": list, "b": unreachable}, True, EXIT_OK, "NOT AUDITED: web/package-lock.json"),
        ({"a": lambda: [ADVISORY], "b": unreachable}, True, REFUSED, "leaky 1.0"),
    ],
)
def test_the_exit_code_distinguishes_clean_from_unknown(
    asks: Any,  # noqa: ANN401 - as the command takes them
    warn: bool,
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.audit(asks, warn_unreachable=warn) == code

    printed = capsys.readouterr()
    assert says in printed.out
    assert f"of {counted(len(asks), 'file')} audited" in printed.err


def test_every_file_with_pins_is_audited() -> None:
    pinned = {
        *(file.name for file in ROOT.glob("Pipfile.lock")),
        *(file.relative_to(ROOT).as_posix() for file in (ROOT / "ops").rglob("*.txt")),
        *(folder + "package-lock.json" for folder in ("", "web/")),
    }

    assert command.AUDITS.keys() == pinned
    for source in python_packages.TOOLS:
        assert (ROOT / source).is_file()
