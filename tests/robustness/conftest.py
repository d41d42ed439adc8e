from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

SECONDS = 20


@pytest.fixture(autouse=True)
def _without_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No safety net hides a mistake of ours."""
    monkeypatch.setenv("COGCHECK_DEBUG", "1")


@pytest.fixture(autouse=True)
def _ends_soon() -> Iterator[None]:
    """Nothing takes long; what takes too long is found in seconds, not when somebody loses patience."""
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS
