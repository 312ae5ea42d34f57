"""Put your own data on one page for a board: HTML that any browser shows and prints on A4."""

import argparse
import os
import sys
from pathlib import Path

from run import add_reading, in_words, new_path, options


def parser():
    """The command line of `course.py report`."""
    told = argparse.ArgumentParser(prog="course.py report", description=__doc__)
    add_reading(told)
    told.add_argument(
        "--margin",
        type=float,
        help="share of sales that is contribution, such as 0.3, where no column tells it",
    )
    told.add_argument("--currency", default="", help="what amounts are in, such as USD")
    told.add_argument("--language", choices=("en", "zh"), default="en", help="of the page")
    told.add_argument("--pdf", action="store_true", help="also print it to a PDF")
    told.add_argument("--force", action="store_true", help="replace the page of an earlier run")
    return told


def report(arguments):
    """Write the page beside the data; return what went wrong, or None."""
    data = Path(os.path.abspath(arguments.data))
    if not data.exists():
        sys.exit(f"There is no file or folder {arguments.data!r}.")
    if not os.access(data.parent, os.W_OK):
        sys.exit(f"The page goes beside the data, and {data.parent} cannot be written.")
    import crmlab as crm  # here, since it takes seconds, and a wrong word is told at once

    try:
        db = crm.load(data, **options(arguments))
        page = crm.evidence.board_report(
            db,
            margin=arguments.margin,
            language=arguments.language,
            currency=arguments.currency,
        )
    except (crm.database.DataError, crm.database.MissingTableError, ValueError) as error:
        return in_words(f"The report stopped: {error}")
    name = data.with_name(f"{data.stem}-board-{arguments.language}.html")
    written = page.save(new_path(name, arguments.force))
    print(written)
    if arguments.pdf:
        try:
            print(page.save(written.with_suffix(".pdf")))
        except ValueError as error:
            return f"The page is written; {error}"
    return None


def main():
    try:
        sys.exit(report(parser().parse_args()))
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing was written.")
    except OSError as error:
        sys.exit(f"The page could not be written: {error}")


if __name__ == "__main__":
    main()
