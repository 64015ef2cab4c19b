"""Corrects DescribeAlarms in every protocol, and completes it in CloudWatch's Query protocol.

MiniStack 1.5.33 adds the statistic ``Average`` to an alarm on a percentile, and every plan would remove it (CloudWatch
API reference, "PutMetricAlarm": one of ``Statistic`` and ``ExtendedStatistic``). It stores all parameters of
PutMetricAlarm and returns them in the JSON protocol, but omits most of them in the Query protocol, which the AWS
provider of Terraform 5.x uses: every plan would change every alarm. Query calls are therefore forwarded as JSON, and
the response is written as XML according to the AWS model. Can be removed when MiniStack's own XML has dimensions,
period, statistic and actions, and an alarm has one statistic. Uses these internal names of MiniStack (pinned):
``cloudwatch._alarms``.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import botocore.session

from local.embedded.emulator import ServiceCall

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response

_ACTION = "DescribeAlarms"
_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_LISTS = ("AlarmNames", "AlarmTypes")
_PLAIN = ("AlarmNamePrefix", "StateValue", "ActionPrefix", "NextToken")


class CompleteAlarms:
    """Wraps CloudWatch's handler."""

    def __init__(self, emulator: Emulator) -> None:
        model = botocore.session.Session().get_service_model("cloudwatch")
        self._cloudwatch: Any = emulator.module_of("monitoring")
        self._shape: Any = model.operation_model(_ACTION).output_shape
        emulator.wrap("monitoring", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        form = _form(call.headers, call.body)
        self._take_default_statistics_away()
        if form.get("Action") != [_ACTION]:
            return await forward(call)
        asked = {
            **call.headers,
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"GraniteServiceVersion20100801.{_ACTION}",
        }
        status, answered, content = await forward(
            ServiceCall(call.method, "/", asked, json.dumps(_request(form)).encode())
        )
        if status != 200:  # noqa: PLR2004 - HTTP OK; its own Query answer has the right error
            return await forward(call)
        del answered
        members = _xml(self._shape, json.loads(content))
        document = (
            f'<{_ACTION}Response xmlns="{_NAMESPACE}"><{_ACTION}Result>{members}</{_ACTION}Result>'
            f"<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></{_ACTION}Response>"
        )
        return 200, {"Content-Type": "text/xml"}, document.encode()

    def _take_default_statistics_away(self) -> None:
        for alarm in self._cloudwatch._alarms.values():  # noqa: SLF001 - pinned version
            if alarm.get("ExtendedStatistic"):
                alarm["Statistic"] = None


def _form(headers: dict[str, str], body: bytes) -> dict[str, list[str]]:
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return parse_qs(body.decode("utf-8", "replace"))


def _request(form: dict[str, list[str]]) -> dict[str, Any]:
    request: dict[str, Any] = {name: form[name][0] for name in _PLAIN if name in form}
    if "MaxRecords" in form:
        request["MaxRecords"] = int(form["MaxRecords"][0])
    for name in _LISTS:
        members = [form[key][0] for key in form if key.startswith(f"{name}.member.")]
        if members:
            request[name] = members
    return request


def _xml(shape: Any, value: Any) -> str:  # noqa: ANN401 - botocore's shapes, JSON values
    """Return a value's content in the Query protocol according to its shape; unknown members are left out."""
    if shape.type_name == "structure":
        members = ((name, shape.members[name], value[name]) for name in shape.members if value.get(name) is not None)
        return "".join(f"<{name}>{_xml(member, inner)}</{name}>" for name, member, inner in members)
    if shape.type_name == "list":
        return "".join(f"<member>{_xml(shape.member, inner)}</member>" for inner in value)
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "timestamp" and isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value, dt.UTC).isoformat()
    return escape(str(value))
