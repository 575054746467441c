"""Features of drawn numbers, on givens worked out by hand."""

from app.analytics.features import features


def test_features_are_counted_as_a_person_would() -> None:
    givens = [
        {"z": [2.5, 1.0], "dh": [1, -1]},  # 2.5 is not beyond 2.5; one minus sign
        {"z": [-2.6, -1.0], "dh": [-1, -1]},
        {"z": [0.0, 3.0], "dh": [1, -1]},
    ]
    found = {name: has.tolist() for name, has in features(givens).items()}
    assert found["some |z| above 2.5"] == [False, True, True]
    assert found["more than 1 minus signs"] == [False, True, False]
    assert found["more than 4 numbers given"] == [False, False, False]


def test_z_of_a_layer_is_worked_out_first() -> None:
    layer = {"W": [[1, 2]], "h_prev": [1, 1], "b": [0], "dh": [1]}  # z = 3
    found = features([layer, {**layer, "b": [-1]}])
    assert found["some |z| above 2.5"].tolist() == [True, False]
    assert features([{"dz": [3.0], "h_prev": [9.0]}])["some |z| above 2.5"].tolist() == [False]
    assert features([]) == {}
