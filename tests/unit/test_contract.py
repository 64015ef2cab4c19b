"""The facts that several languages share."""

from __future__ import annotations

import importlib
import json

import pytest

import contract
from contract.limits import LIMITS, with_limits

FILES = sorted(file.stem for file in contract.FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", FILES)
def test_every_description_stands_before_what_it_describes(name: str) -> None:
    keys = list(json.loads((contract.FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    for position, key in enumerate(keys):
        if key.startswith("//"):
            assert keys[position + 1] == key.removeprefix("//")


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_a_module_that_reads_it(name: str) -> None:
    assert importlib.import_module(f"contract.{name}").__doc__


def test_no_key_of_a_file_is_written_twice() -> None:
    for name in FILES:
        text = (contract.FOLDER / f"{name}.json").read_text(encoding="utf-8")

        def unique(pairs: list[tuple[str, object]], name: str = name) -> dict[str, object]:
            keys = [key for key, _ in pairs]
            assert len(keys) == len(set(keys)), name
            return dict(pairs)

        json.loads(text, object_pairs_hook=unique)


def test_a_text_takes_its_numbers_from_the_limits() -> None:
    assert with_limits("up to {{pageSize}} or {{contentLength:,}}, not {this}") == (
        f"up to {LIMITS['pageSize']} or {LIMITS['contentLength']:,}, not {{this}}"
    )
    size = LIMITS["attachmentSizeMaximum"]
    assert with_limits("{{attachmentSizeMaximum:MiB}}") == str(size // 1024 // 1024)


@pytest.mark.parametrize("text", ["{{pageSizes}}", "{{pageSize:hours}}"])
def test_a_text_cannot_name_what_there_is_not(text: str) -> None:
    with pytest.raises(KeyError):
        with_limits(text)
