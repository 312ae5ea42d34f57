"""Do one piece of work with one package, several times, and print seconds, memory and answer."""

import importlib
import json
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def peak_memory():
    """Largest memory this process ever held, in MB; NaN where the system does not tell.

    On Linux the kernel's own count starts anew with the program, unlike that of ``getrusage``,
    which starts from the peak of the parent.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    except (OSError, TypeError):
        return _peak_by_usage()


def _peak_by_usage():
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main():
    peer, work, folder, repeats = sys.argv[1:]
    prepare = getattr(importlib.import_module(f"peers.{peer}"), work)
    run, answer = prepare(Path(folder))
    seconds = []
    for _ in range(int(repeats)):
        start = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "memory": peak_memory(), "answer": answer(result)}))


if __name__ == "__main__":
    main()
