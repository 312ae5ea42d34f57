"""Cells run as JupyterLab runs them; tests that depend on neither chance nor the clock."""

import functools
import importlib.util
import shutil
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


@pytest.fixture(scope="session")
def spark():
    """A small Spark session, one for all tests of a process."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("needs the extra 'spark' and Java")
    from pyspark.sql import SparkSession

    told = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",  # on few rows it costs more than it saves
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",  # no time is won in minutes
    }
    session = SparkSession.builder.master("local[2]").config(map=told).getOrCreate()
    yield session
    session.stop()
