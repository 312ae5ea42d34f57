"""Cells run as JupyterLab runs them; tests that depend on neither chance nor the clock."""

import functools
import sys

import pytest
from hypothesis import settings
from jupyter_client import BlockingKernelClient

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

_execute = BlockingKernelClient.execute


@functools.wraps(_execute)
def _inside_the_history(self, code, **options):
    """A closing ``;`` is seen only inside the history."""
    return _execute(self, code, **{**options, "store_history": True})


BlockingKernelClient.execute = _inside_the_history


def pytest_configure(config):
    """Pictures under a slider are compared no more than other pictures are."""
    config.option.nbval_sanitize_with = str(config.rootpath / "tests" / "pictures.cfg")


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    """A figure left open counts against the tests that come after."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
