"""Slips of whoever writes a name down: letters swapped, left out, doubled, or one beside it."""

import unicodedata

_BESIDE = dict(zip("aeioumnrstbdpgl", "eaouinmtdrpbbqk", strict=True))


def miswritten(rng, text):
    """One slip inside a text of at least three letters, never at its first.

    Parameters
    ----------
    rng : numpy.random.Generator
    text : str

    Returns
    -------
    str
    """
    if len(text) < 3:
        return text
    place = int(rng.integers(1, len(text) - 1))
    kind = int(rng.integers(4))
    if kind == 0:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + text[place] + text[place:]
    return text[:place] + _BESIDE.get(text[place], "e") + text[place + 1 :]


def without_marks(text):
    """The text without accents.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> without_marks("Zoé Kerü")
    'Zoe Keru'
    """
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one))
