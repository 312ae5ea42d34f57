"""Remake data/lantern: ``python -m crmlab.company [FOLDER]``."""

import sys
from pathlib import Path

from . import simulate, write

if __name__ == "__main__":
    clone = Path(__file__).parents[2]
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
    elif (clone / "pyproject.toml").exists():
        folder = clone / "data" / "lantern"
    else:
        sys.exit("Say where to write: python -m crmlab.company FOLDER")
    for file in write(simulate(), folder):
        print(f"wrote {file} ({file.stat().st_size / 1024:,.0f} kB)")
