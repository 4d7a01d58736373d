"""Drawing costs most of a report's time: within a test run the same specification is rendered once."""

import functools
import json

import pytest
import vl_convert


@pytest.fixture(scope="session", autouse=True)
def render_once():
    """Yield the real renderer, for tests that want it."""
    real = vl_convert.vegalite_to_svg
    remembered = functools.cache(lambda text: real(json.loads(text)))
    patch = pytest.MonkeyPatch()
    patch.setattr(vl_convert, "vegalite_to_svg", lambda spec: remembered(json.dumps(spec)))
    yield real
    patch.undo()
