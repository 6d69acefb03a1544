"""Runs the real dashboard. What it imports but does not need here may be missing: it is replaced by an empty stand-in."""

import importlib
import runpy
import sys
from unittest.mock import MagicMock

for name in sys.argv[1].split(","):
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = MagicMock()
sys.argv = ["dashboard", *sys.argv[2:]]
runpy.run_module("oact_utilities.workflows.dashboard", run_name="__main__")
