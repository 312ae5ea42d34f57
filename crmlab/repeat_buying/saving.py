"""Models on disk: JSON text with the number of its format, read back with every field checked."""

from __future__ import annotations

import dataclasses
import json
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crmlab import inputs
from crmlab.repeat_buying.covariates import Term
from crmlab.repeat_buying.customers import UNITS
from crmlab.repeat_buying.fitted import Fitted
from crmlab.repeat_buying.season import Season

if TYPE_CHECKING:
    from crmlab.repeat_buying.models import Model

FORMAT = 2  # of models with a season; all others are written in format 1


def written(model: Model) -> str:
    """A model as JSON text: parameters, covariance, unit; no data."""
    season = getattr(model, "season", None)
    record = {
        "format": 1 if season is None else FORMAT,
        "crmlab": metadata.version("crmlab"),
        "model": type(model).__name__,
        "parameters": dict(zip(model.names(), model.theta.tolist(), strict=True)),
        "unit": model.unit,
        "fitted": None if model.fitted is None else dataclasses.asdict(model.fitted),
    }
    if season is not None:
        record["season"] = dataclasses.asdict(season)
    terms = getattr(model, "terms", ())
    if terms:
        record["base"] = type(getattr(model, "base", model)).__name__
        record["terms"] = [dataclasses.asdict(term) for term in terms]
    return json.dumps(record, indent=2)


def read_model(source: str | Path) -> Model:
    """Read a model from a JSON file or from JSON text.

    Parameters
    ----------
    source : str or pathlib.Path
        What ``Model.save`` or ``Model.to_json`` wrote.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        Not a model of this package, a field that is missing or damaged, or a newer format.
    OSError
        No such file.
    """
    text = str(source)
    if not text.lstrip("\ufeff \n\r\t").startswith("{"):
        text = _text_of(Path(source))
    try:
        record = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not a saved model: no JSON from line {error.lineno} on. Save it again with "
            "model.save(path)."
        ) from None
    return _model(record)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"not a saved model: {path.name} is no text in UTF-8.") from None


def _model(record: Any) -> Model:
    from crmlab.repeat_buying.models import KINDS

    known = ", ".join(sorted(KINDS))
    if not isinstance(record, dict) or str(record.get("model")) not in KINDS:
        raise ValueError(f"not a saved model; known kinds: {known}")
    form = inputs.count(record.get("format", FORMAT), "the model's format")
    if form > FORMAT:
        raise ValueError(
            f"the model was saved in format {form} by crmlab {record.get('crmlab')}, and this "
            f"crmlab reads up to {FORMAT}. Update crmlab, or save the model again."
        )
    kind = KINDS[record["model"]]
    parameters = _field(record, "parameters", dict)
    base, terms = _covariates(record) if "terms" in record else (kind, ())
    names = (*base.names(), *(term.name for term in terms))
    if set(parameters) != set(names):
        raise ValueError(
            f"the model's parameters are {inputs.listed(sorted(parameters))}; a "
            f"{kind.__name__} has {inputs.listed(names)}."
        )
    unit = record.get("unit")
    if unit is not None:
        inputs.choice(unit, "the model's unit", UNITS)
    fitted = record.get("fitted")
    values = {name: inputs.number(one, f"the model's {name}") for name, one in parameters.items()}
    found = None if fitted is None else _fitted(fitted, len(values))
    if not terms:
        model: Any = kind(**values, unit=unit, fitted=found)
        season = record.get("season")
        return model if season is None else dataclasses.replace(model, season=_season(season))
    given: Any = kind
    plain = base(*(values[name] for name in base.names()), unit=unit)
    ratios = tuple(values[term.name] for term in terms)
    return given(plain, terms, ratios, unit=unit, fitted=found)


def _season(record: Any) -> Season:
    names = {one.name for one in dataclasses.fields(Season)}
    if not isinstance(record, dict) or set(record) != names:
        raise ValueError("the saved model lacks 'season', or it is damaged. Save it again.")
    return Season(**record)


def _covariates(record: dict[str, Any]) -> tuple[type[Model], tuple[Term, ...]]:
    """The kind of the base model, and the effects of the covariates."""
    from crmlab.repeat_buying.models import KINDS

    base = KINDS.get(_field(record, "base", str))
    try:
        terms = tuple(Term(**one) for one in _field(record, "terms", list))
    except TypeError:
        terms = ()
    if base is None or not terms:
        raise ValueError("the saved model lacks 'terms', or it is damaged. Save it again.")
    return base, terms


def _field(record: dict[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(record.get(name), kind):
        raise ValueError(f"the saved model lacks {name!r}, or it is damaged. Save it again.")
    return record[name]


def _fitted(record: Any, size: int) -> Fitted:
    if not isinstance(record, dict):
        raise ValueError("the saved model lacks 'fitted', or it is damaged. Save it again.")
    covariance = record.get("covariance")
    if covariance is not None:
        try:
            matrix = np.asarray(covariance, dtype=float)
        except (TypeError, ValueError):
            matrix = np.empty(0)
        if matrix.shape != (size, size) or not np.isfinite(matrix).all():
            raise ValueError(
                f"the model's covariance is no {size} x {size} table of numbers. Save it again."
            )
        covariance = tuple(tuple(row) for row in matrix.tolist())
    number = (int, float)
    oldest = record.get("oldest")
    return Fitted(
        log_likelihood=float(_field(record, "log_likelihood", number)),
        customers=float(_field(record, "customers", number)),
        covariance=covariance,
        steps=_field(record, "steps", int),
        status=_field(record, "status", str),
        oldest=None if oldest is None else float(_field(record, "oldest", number)),
        left_out=float(_field({"left_out": 0.0, **record}, "left_out", number)),
    )
