"""What the reader says about the form of a file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Form:
    """The reader's words on a file.

    Attributes
    ----------
    columns : dict of str to str
        The reader's names and the canonical ones.
    header : int, list of str or None
        The line or row of the header as an editor counts it, or the names where there is none.
    encoding, sheet, zone : str or None
    careful : bool
        Read every cell as text, whatever the size.
    """

    columns: dict[str, str] = field(default_factory=dict)
    header: int | list[str] | None = None
    encoding: str | None = None
    sheet: str | None = None
    zone: str | None = None
    careful: bool = False
