"""A local system from common points: exact ones give their own map again, noisy ones the best, wrong ones are seen."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.local_crs.fitting import Model, fitted, moved, reflected, thin, without_each
from layers.crs import METRIC_DEFAULT, STORED, transformer
from layers.errors import BadInput

coordinate = st.integers(-30_000_000, 30_000_000).map(lambda mm: mm / 1000)
points = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12, unique=True).map(np.array)
BASE = np.array(
    [(520_000.0, 3_370_000), (555_000, 3_372_000), (550_000, 3_395_000), (522_000, 3_390_000), (540_000, 3_380_000)]
)


@given(points, st.floats(-np.pi, np.pi), st.floats(0.9, 1.1), st.tuples(coordinate, coordinate))
def test_exact_points_recover_the_turn_the_scale_and_the_shift_without_residuals(local, turn, scale, shift):
    assume(np.ptp(local, axis=0).max() > 10)
    matrix = scale * np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    national = local @ matrix.T + shift
    found = fitted(local, national)
    assert np.abs(found.residuals_m).max() < 1e-6 and found.error_m < 1e-6
    assert found.scale == pytest.approx(scale, rel=1e-7)
    assert np.abs(found.matrix - matrix).max() < 1e-7
    assert np.abs(moved(found, local) - national).max() < 1e-6
    inverse, offset = found.inverse
    assert np.abs(national @ inverse.T + offset - local).max() < 1e-6


@given(points, st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.tuples(coordinate, coordinate))
def test_exact_points_recover_an_affine_map(local, given_, shift):
    matrix = np.array(given_).reshape(2, 2)
    assume(thin(local) > 0.01 and abs(np.linalg.det(matrix)) > 0.01 and np.ptp(local, axis=0).max() > 10)
    found = fitted(local, local @ matrix.T + shift, Model.AFFINE)
    assert np.abs(found.matrix - matrix).max() < 1e-6 and np.abs(found.residuals_m).max() < 1e-5


@given(st.integers(0, 2**32 - 1), st.sampled_from(Model))
def test_no_other_map_has_smaller_residuals_and_they_add_up_to_nothing(seed, model):
    chance = np.random.default_rng(seed)
    national = BASE * 1.00001 + chance.normal(0, 0.02, BASE.shape)
    found = fitted(BASE, national, model)
    least = (found.residuals_m**2).sum()
    assert np.abs(found.residuals_m.sum(axis=0)).max() < 1e-6
    for _ in range(5):
        other = found._replace(offset_m=found.offset_m + chance.normal(0, 0.01, 2))
        assert ((national - moved(other, BASE)) ** 2).sum() >= least


def test_the_points_of_a_real_city_system_are_fitted_to_millimetres():
    city = "+proj=tmerc +lat_0=0 +lon_0=114.333333333 +k=1 +x_0=800000 +y_0=-3000000 +ellps=GRS80 +units=m +no_defs"
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(*BASE.T)
    local = np.column_stack(transformer(STORED, city).transform(lon, lat))
    found = fitted(local, BASE)
    assert 0.001 < found.error_m < 1, "two meridians: no similarity is exact over 30 km, and the residuals say so"
    near = np.abs(local - local.mean(axis=0)).max(axis=1) < 16_000
    assert fitted(local[near][:3], BASE[near][:3]).error_m < found.error_m or near.sum() < 3


def test_the_same_fit_through_a_pipeline_of_proj():
    chance = np.random.default_rng(7)
    found = fitted(BASE - (400_000, 3_000_000), BASE + chance.normal(0, 0.01, BASE.shape))
    (s11, s12), (s21, s22) = found.matrix.tolist()
    x, y = found.offset_m.tolist()
    pipeline = f"+proj=affine +xoff={x!r} +yoff={y!r} +s11={s11!r} +s12={s12!r} +s21={s21!r} +s22={s22!r}"
    through = np.column_stack(Transformer.from_pipeline(pipeline).transform(*(BASE - (400_000, 3_000_000)).T))
    assert np.abs(through - moved(found, BASE - (400_000, 3_000_000))).max() < 1e-6


def test_a_wrong_point_stands_out_against_the_fit_of_the_others():
    national = BASE + np.random.default_rng(3).normal(0, 0.01, BASE.shape)
    national[2] += (0.6, -0.8)
    off_m, error_m = without_each(BASE, national)
    assert off_m.argmax() == 2 and off_m[2] == pytest.approx(1, abs=0.15) and error_m[2] < 0.03 < error_m[0]
    assert np.isnan(without_each(BASE[:3], national[:3])[0]).all()


def test_points_in_a_line_or_in_one_place_or_too_few_are_refused_where_they_fix_nothing():
    line = np.column_stack([np.arange(4.0), np.arange(4.0)]) * 1000
    assert thin(line) < 1e-9 and fitted(line, line).error_m < 1e-9
    with pytest.raises(BadInput, match="在一条直线上"):
        fitted(line, line, Model.AFFINE)
    with pytest.raises(BadInput, match="在同一处"):
        fitted(line * 0, line)
    with pytest.raises(BadInput, match="只有 2 个"):
        fitted(line[:2], line[:2])


@given(points, st.floats(-np.pi, np.pi))
def test_swapped_coordinates_are_seen_as_a_reflection(local, turn):
    assume(thin(local) > 0.05 and np.ptp(local, axis=0).min() > 100)
    matrix = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    assert reflected(local[:, ::-1], local @ matrix.T)
    assert not reflected(local, local @ matrix.T)
