"""The core's tests share a kit of tools, `hallkit`, beside this file."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("hallkit.audit", "hallkit.hall", "hallkit.invariants", "hallkit.undoing")
