"""Tests of the facts that several languages share."""

from __future__ import annotations

import importlib
import json

import pytest

import contract
from contract.limits import LIMITS, with_limits

FILES = sorted(file.stem for file in contract.FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", FILES)
def test_every_description_precedes_its_key(name: str) -> None:
    keys = list(json.loads((contract.FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    for position, key in enumerate(keys):
        if key.startswith("//"):
            assert keys[position + 1] == key.removeprefix("//")


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_by_a_module(name: str) -> None:
    assert importlib.import_module(f"contract.{name}").__doc__


def test_no_key_is_repeated_in_a_file() -> None:
    for name in FILES:
        text = (contract.FOLDER / f"{name}.json").read_text(encoding="utf-8")

        def unique(pairs: list[tuple[str, object]], name: str = name) -> dict[str, object]:
            keys = [key for key, _ in pairs]
            assert len(keys) == len(set(keys)), name
            return dict(pairs)

        json.loads(text, object_pairs_hook=unique)


def test_texts_use_the_numbers_of_the_limits() -> None:
    assert with_limits("up to {{pageSize}} or {{contentLength:,}}, not {this}") == (
        f"up to {LIMITS['pageSize']} or {LIMITS['contentLength']:,}, not {{this}}"
    )
    size = LIMITS["attachmentSizeMaximum"]
    assert with_limits("{{attachmentSizeMaximum:MiB}}") == str(size // 1024 // 1024)


@pytest.mark.parametrize("text", ["{{pageSizes}}", "{{pageSize:hours}}"])
def test_a_text_cannot_refer_to_an_unknown_limit(text: str) -> None:
    with pytest.raises(KeyError):
        with_limits(text)
