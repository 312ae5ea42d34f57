"""Let nbval run a cell as JupyterLab does: inside the history, where a closing ``;`` is seen."""

import functools

from jupyter_client import BlockingKernelClient

_execute = BlockingKernelClient.execute


@functools.wraps(_execute)
def _inside_the_history(self, code, **options):
    return _execute(self, code, **{**options, "store_history": True})


BlockingKernelClient.execute = _inside_the_history
