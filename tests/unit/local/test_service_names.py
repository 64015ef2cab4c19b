"""Tests that requests for unsupported services are recognized without loading the models of all of AWS's services."""

from __future__ import annotations

import botocore.session
import pytest

from local.embedded.service_names import know_service_names, service_names


def test_names_of_services_endpoints_and_signatures_are_known() -> None:
    assert {"braket", "monitoring", "timestream-query", "email", "aws-marketplace", "states"} <= service_names()
    assert "e" not in service_names()


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("name", ["e", "braket"])
def test_the_name_in_a_signature_is_recognized_without_models(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from ministack.core import router  # noqa: PLC0415 - MiniStack reads its environment at import

    def read(*_arguments: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(router, "_KNOWN_AWS_SERVICE_NAMES", None)
    monkeypatch.setattr(router, "_is_aws_service_name", router._is_aws_service_name)  # noqa: SLF001
    monkeypatch.setattr(botocore.session.Session, "get_service_model", read)
    know_service_names()

    headers = {"authorization": f"AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/{name}/aws4_request"}

    assert router.detect_service("GET", "/", headers, {})
    assert router._KNOWN_AWS_SERVICE_NAMES is None  # noqa: SLF001
