"""Tests that the document of the local AppSync matches the catalogue and the tests."""

from __future__ import annotations

import pytest

from tools.documents.local_aws.catalogue import AREAS, BEHAVIOURS
from tools.documents.local_aws.document import DOCUMENT, marked, recorded, render, run_groups, shown_by


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), "run `python -m tools.documents.local_aws`"


def test_every_behaviour_has_a_test() -> None:
    shown = shown_by()
    assert [behaviour.id for behaviour in BEHAVIOURS if behaviour.id not in shown] == []


def test_ids_are_unique_and_have_an_area() -> None:
    ids = [behaviour.id for behaviour in BEHAVIOURS]
    assert len(ids) == len(set(ids))
    assert {name.partition(".")[0] for name in ids} == set(AREAS)


def test_every_recorded_value_has_a_source_and_a_unique_name_and_is_tested() -> None:
    values = recorded()
    assert [value["name"] for value in values if not value["source"]] == []
    names = [(value["group"], value["name"]) for value in values]
    assert [name for name in names if names.count(name) > 1] == []
    assert {value["group"] for value in values} == run_groups()


def test_ids_outside_the_catalogue_are_rejected() -> None:
    assert marked('@pytest.mark.conforms("realtime.init")\nasync def test_it(): ...') == [("test_it", "realtime.init")]
    with pytest.raises(ValueError, match=r"test_it: realtime\.telepathy"):
        marked('@pytest.mark.conforms("realtime.telepathy")\ndef test_it(): ...')
