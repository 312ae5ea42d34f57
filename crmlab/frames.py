"""Figures that move without a kernel: one picture for each value, and a slider."""

from __future__ import annotations

import html
import io
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crmlab import style

MOST = 20
MOVE = (
    "const box = this.parentNode, at = this.value, all = JSON.parse(this.dataset.frames);"
    "const picture = box.querySelector('img');"
    "picture.src = 'data:image/png;base64,' + all[at][2];"
    "picture.alt = all[at][1]; box.querySelector('output').textContent = all[at][0];"
)


@dataclass(frozen=True)
class Frames:
    """Pictures of one figure at several values, shown as the first one with a slider.

    In JupyterLab and on a web page the slider moves the figure, without Python and without the
    web. On paper, and where a notebook is not trusted, the first picture stands.

    Attributes
    ----------
    name : str
        What the slider changes.
    labels : tuple of str
        Its values, as they are written beside it.
    alts : tuple of str
        What each picture shows, in words.
    pictures : tuple of bytes
        PNG files.
    """

    name: str
    labels: tuple[str, ...]
    alts: tuple[str, ...] = field(repr=False)
    pictures: tuple[bytes, ...] = field(repr=False)

    def _repr_html_(self) -> str:
        import json

        coded = [b64encode(picture).decode() for picture in self.pictures]
        frames = json.dumps(list(zip(self.labels, self.alts, coded, strict=True)))
        name = html.escape(self.name)
        return (
            f'<div class="frames"><img alt="{html.escape(self.alts[0])}" '
            f'src="data:image/png;base64,{coded[0]}"><br>{name} '
            f'<input type="range" aria-label="{name}" min="0" max="{len(coded) - 1}" value="0" '
            f'oninput="{html.escape(MOVE)}" data-frames="{html.escape(frames)}"> '
            f"<output>{html.escape(self.labels[0])}</output></div>"
        )


def frames(
    draw: Callable[[float], object], values: Sequence[float], *, name: str, form: str = "{:g}"
) -> Frames:
    """Draw a figure once for each value, to be moved by a slider.

    Parameters
    ----------
    draw : callable
        Takes one value and draws one figure. Fix the limits of its axes, so that only what
        changes moves.
    values : sequence of float
        From 2 to 20 values, in the order of the slider. The first is what stands on paper.
    name : str
        What the slider changes, such as ``"retention"``.
    form : str
        How a value is written, such as ``"{:.0%}"``.

    Returns
    -------
    Frames
        Shows itself in a notebook.

    Raises
    ------
    ValueError
        Fewer than 2 values or more than 20.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> moved = frames(lambda slope: plt.plot([0, slope]), [1, 2, 3], name="slope")
    >>> moved.labels
    ('1', '2', '3')
    """
    import matplotlib.pyplot as plt

    if not 2 <= len(values) <= MOST:
        raise ValueError(f"values: {len(values)} given; a slider takes from 2 to {MOST}")
    pictures, alts = [], []
    for value in values:
        before = set(plt.get_fignums())
        draw(value)
        drawn = set(plt.get_fignums()) - before
        figure = plt.figure(max(drawn)) if drawn else plt.gcf()
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
        pictures.append(file.getvalue())
        alts.append(style.alt_text(figure))
        for number in drawn:
            plt.close(number)
        plt.close(figure)
    labels = tuple(form.format(value) for value in values)
    return Frames(name, labels, tuple(alts), tuple(pictures))
