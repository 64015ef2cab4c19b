"""All code of the API, bundled as it is deployed, is APPSYNC_JS."""

from __future__ import annotations

from pathlib import Path

from local.appsync.javascript.runtime import JavaScriptRuntime
from local.appsync.javascript.validation import check_code
from stacks.bundling import BundleRequest, bundle

ROOT = Path(__file__).parents[3]


async def test_appsync_takes_every_resolver_and_function() -> None:
    files = [str(path.relative_to(ROOT / "graphql")) for path in sorted(ROOT.glob("graphql/[rf]*/*.js"))]
    (bundles,) = bundle(ROOT, files, [BundleRequest({"rooms": "chat-rooms-test"}, {"deduplicationHours": 24})])
    runtime = JavaScriptRuntime(threads=1)
    await runtime.start()
    try:
        problems = {name: await check_code(code, runtime=runtime) for name, code in bundles.items()}
    finally:
        await runtime.close()
    assert len(problems) == len(files) > 0
    assert {name: found for name, found in problems.items() if found} == {}
