"""Models on disk: what was saved comes back, and what is damaged says so in one sentence."""

import json

import pytest

from crmlab import repeat_buying as rb

MODEL = rb.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")


@pytest.fixture(scope="module")
def fitted():
    rows = {"frequency": [0, 2, 5, 1, 0, 3, 8, 1], "recency": [0, 20, 30, 2, 0, 35, 39, 10]}
    return rb.NBD.fit(rows | {"T": [40] * 8}, unit="week")


def changed(saved, **fields):
    record = json.loads(saved.to_json())
    for name, value in fields.items():
        place = record["fitted"] if name in (record["fitted"] or {}) else record
        if value is ...:
            del place[name]
        else:
            place[name] = value
    return json.dumps(record)


def test_a_model_says_its_format_and_comes_back(fitted, tmp_path):
    for model in (MODEL, fitted):
        assert json.loads(model.to_json())["format"] == 1
        assert rb.read_model(model.to_json()) == model
        model.save(tmp_path / "model.json")
        assert rb.read_model(tmp_path / "model.json") == model


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(MODEL.to_json(), encoding="utf-8-sig")
    assert rb.read_model(path) == MODEL
    assert rb.read_model("\ufeff" + MODEL.to_json()) == MODEL


def test_a_model_of_the_time_before_formats_is_read():
    assert rb.read_model(changed(MODEL, format=..., crmlab=...)) == MODEL


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": 3}, "saved in format 3 by crmlab .* reads up to 2. Update crmlab"),
        ({"format": "new"}, "the model's format is 'new'; give one number"),
        ({"model": "BGNBD2"}, "not a saved model; known kinds: .*BGNBD"),
        ({"model": ["BGNBD"]}, "not a saved model"),
        ({"parameters": ...}, "lacks 'parameters', or it is damaged"),
        ({"parameters": {"r": 1}}, "parameters are r; a NBD has "),
        ({"unit": "weak"}, "the model's unit is 'weak'; choose one of 'day'"),
        ({"covariance": [[1, 2]]}, "covariance is no 2 x 2 table of numbers"),
        ({"covariance": [["a", 1], [1, 2]]}, "covariance is no 2 x 2 table"),
        ({"covariance": [[1, None], [1, 2]]}, "covariance is no 2 x 2 table"),
        ({"status": ...}, "lacks 'status', or it is damaged"),
        ({"steps": "many"}, "lacks 'steps', or it is damaged"),
        ({"fitted": []}, "lacks 'fitted', or it is damaged"),
    ],
)
def test_a_damaged_model_says_what_is_wrong(fitted, fields, said):
    with pytest.raises(ValueError, match=said):
        rb.read_model(changed(fitted, **fields))


def test_what_is_no_text_or_no_json(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"\x80\x81\x82")
    with pytest.raises(ValueError, match=r"not a saved model: model\.bin is no text in UTF-8"):
        rb.read_model(tmp_path / "model.bin")
    with pytest.raises(ValueError, match="no JSON from line 1 on"):
        rb.read_model('{"model": ')
    record = json.loads(MODEL.to_json())
    record["parameters"]["r"] = "x"
    with pytest.raises(ValueError, match="the model's r is 'x'; give one number"):
        rb.read_model(json.dumps(record))
