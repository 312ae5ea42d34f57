"""Lantern Coffee, the sample company, simulated with everything no real company knows.

One causal world: what customers expect and perceive decides how satisfied they are; satisfaction
moves complaints, leaving, spending and recommendation; purchases follow each customer's own rate
until that customer leaves without a word. ``World`` holds the knobs.
"""

from crmlab.database.columns import ELEMENTS

from .files import write
from .simulation import simulate
from .world import KINDS, SEGMENTS, World

__all__ = ["ELEMENTS", "KINDS", "SEGMENTS", "World", "simulate", "write"]
