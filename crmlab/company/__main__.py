"""Remake data/lantern and data/forms: ``python -m crmlab.company [FOLDER]``."""

import sys
from pathlib import Path

from . import simulate, write
from .preferences import cards_table, form_table

if __name__ == "__main__":
    clone = Path(__file__).parents[2]
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        beside = folder / "forms"
    elif (clone / "pyproject.toml").exists():
        folder = clone / "data" / "lantern"
        beside = clone / "data" / "forms"
    else:
        sys.exit("Say where to write: python -m crmlab.company FOLDER")
    tables = simulate()
    forms = {"answers": form_table(tables["conjoint"]), "cards": cards_table()}
    for file in write(tables, folder) + write(forms, beside):
        print(f"wrote {file} ({file.stat().st_size / 1024:,.0f} kB)")
