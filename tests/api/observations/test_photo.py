"""Photos are checked to the last pixel, kept once by content, and compared with what they are to prove."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from api.observations import photo, photo_store
from api.observations.compare import FAR_M, compared
from geo.tracks.datum import wgs84_to_gcj02
from layers.crs import LonLat
from layers.errors import BadFile, NotPossible, TooLarge
from tests.api.observations.pictures import FOUND_AT, OWNER, PLACE, ZONE, bomb, picture


class TestExamining:
    """Only what decodes to the last pixel, within limits, is a photo."""

    @pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp")])
    def test_what_a_photo_says_of_itself_is_read(self, kind, media_type):
        body = picture(kind)
        found = photo.examine(body, ZONE)
        assert (found.sha256, found.size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
        assert (found.media_type, found.width, found.height) == (media_type, 60, 40)
        assert found.at == pytest.approx(PLACE, abs=1e-7)
        assert found.taken_at == datetime(2026, 6, 30, 0, 5, tzinfo=UTC), "local, for it names no offset"

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_the_copy_for_viewing_holds_pixels_and_nothing_else(self, kind):
        body = picture(kind)
        view = photo.examine(body, ZONE).view
        assert OWNER.encode() in body
        assert OWNER.encode() not in view and b"Exif" not in view
        with Image.open(io.BytesIO(view)) as image:
            assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (60, 40), {})
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

    def test_the_copy_stands_upright_and_is_no_larger_than_need_be(self):
        found = photo.examine(picture(size=(5000, 1000), turn=6), ZONE)
        assert (found.width, found.height) == (1000, 5000)
        with Image.open(io.BytesIO(found.view)) as image:
            assert image.size[1] == photo.VIEW_PX and image.size[0] == pytest.approx(photo.VIEW_PX / 5, abs=1)
            top, bottom = image.getpixel((100, 100)), image.getpixel((100, 1900))
        assert top[0] > 150 > top[2] and bottom[2] > 150 > bottom[0], "the left half is on top"

    def test_what_is_transparent_becomes_white(self):
        made = io.BytesIO()
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(made, "PNG")
        with Image.open(io.BytesIO(photo.examine(made.getvalue(), ZONE).view)) as image:
            assert min(image.getpixel((4, 4))) > 250

    @pytest.mark.parametrize(
        ("body", "remedy"),
        [
            (b"", "JPEG"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
            (b"GIF89a" + bytes(30), "JPEG"),
            (b"\x00\x00\x00\x20ftypheic" + bytes(30), "兼容性最佳"),
            (picture()[:-300], "完整"),
            (picture("PNG")[:-60], "完整"),
            (bomb(100, 100), "完整"),
        ],
        ids=["empty", "svg", "gif", "heic", "cut jpeg", "cut png", "hollow png"],
    )
    def test_what_is_no_whole_photo_is_refused_with_the_remedy(self, body, remedy):
        with pytest.raises(BadFile, match=remedy):
            photo.examine(body, ZONE)

    @pytest.mark.parametrize("size", [(8_001, 8_001), (10_000, 10_000), (30_000, 30_000), (2**31 - 1, 1000)])
    def test_a_bomb_is_refused_by_what_it_promises(self, size):
        with pytest.raises((TooLarge, BadFile)):
            photo.examine(bomb(*size), ZONE)

    def test_a_file_over_the_limit_is_refused_unread(self):
        with pytest.raises(TooLarge, match="20 MB"):
            photo.examine(bytes(photo.MOST_BYTES + 1), ZONE)

    @pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "2026:13:45 99:99:99", "1970:01:01 00:00:00", "now"])
    @pytest.mark.parametrize("at", [None, LonLat(0.0, 0.0)])
    def test_what_it_says_without_sense_is_left_out(self, taken, at):
        found = photo.examine(picture(taken=taken, at=at), ZONE)
        assert (found.taken_at, found.at) == (None, None)

    def test_south_and_west_are_negative(self):
        assert photo.examine(picture(at=LonLat(-70.5, -33.25)), ZONE).at == pytest.approx((-70.5, -33.25), abs=1e-7)

    @given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
    @settings(max_examples=30)
    def test_whatever_happens_to_a_file_it_is_a_photo_or_refused(self, kind, data):
        body = bytearray(picture(kind, (16, 8)))
        for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=6)):
            body[place] = data.draw(st.integers(0, 255))
        try:
            found = photo.examine(bytes(body), ZONE)
        except (BadFile, TooLarge):
            return
        assert found.view.startswith(b"\xff\xd8") and OWNER.encode() not in found.view
        assert found.at is None or (abs(found.at.lon) <= 180 and abs(found.at.lat) <= 90)


class TestComparing:
    """Where a photo says it was taken, against where the observation lies."""

    def test_a_photo_from_elsewhere_or_another_day_is_flagged(self):
        near = compared(LonLat(114.501, 30.55), FOUND_AT, PLACE, FOUND_AT)
        assert near.distance_m == pytest.approx(95.9, abs=0.3) and not near.far and not near.untimely
        far = compared(LonLat(114.6, 30.55), datetime(2026, 6, 28, tzinfo=UTC), PLACE, FOUND_AT)
        assert far.far and far.untimely and far.apart_s == -172_800 and far.datum == "wgs84"

    def test_a_photo_that_says_nothing_is_not_flagged(self):
        assert compared(None, None, PLACE, FOUND_AT) == (None, None, False, None, False)

    def test_a_position_in_gcj_02_is_known_for_what_it_is(self):
        shifted = LonLat(*(float(one) for one in wgs84_to_gcj02(*PLACE)))
        found = compared(shifted, None, PLACE, FOUND_AT)
        assert (found.datum, found.far) == ("gcj02", False) and found.distance_m < 0.1

    @given(st.floats(114.3, 114.7), st.floats(30.4, 30.7))
    @settings(max_examples=50)
    def test_it_is_far_just_where_neither_reading_is_near(self, lon, lat):
        found = compared(LonLat(lon, lat), None, PLACE, FOUND_AT)
        assert found.far == (found.distance_m > FAR_M)
        assert found.datum == "wgs84" or not found.far


class TestStoring:
    """Files stand on disk by their content, whole, once, or not at all."""

    def test_a_photo_is_kept_once_and_its_copy_is_drawn_again_when_lost(self, tmp_path):
        kept, body = photo_store.PhotoStore(tmp_path / "data"), picture()
        found = kept.examine(body, ZONE)
        kept.keep(found, body)
        kept.keep(found, body)
        files = sorted(path for path in (tmp_path / "data" / "photos").rglob("*") if path.is_file())
        folder = tmp_path / "data" / "photos" / found.sha256[:2] / found.sha256[2:4]
        assert files == [folder / f"{found.sha256}.jpeg", folder / f"{found.sha256}.view.jpeg"]
        assert files[0].read_bytes() == body and files[0].stat().st_mode & 0o077 == 0
        files[1].unlink()
        assert kept.view(found.sha256, "jpeg", ZONE) == found.view

    def test_half_a_file_left_by_a_crash_is_replaced(self, tmp_path):
        kept, body = photo_store.PhotoStore(tmp_path), picture()
        found = kept.examine(body, ZONE)
        kept.keep(found, body)
        path = next(tmp_path.rglob("*.view.jpeg"))
        path.write_bytes(found.view[:10])
        kept.keep(found, body)
        assert path.read_bytes() == found.view

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path):
        (tmp_path / "photos").write_text("a file in the way")
        body = picture()
        with pytest.raises(NotPossible, match=r"照片存不下.*HUASHAN_DATA"):
            photo_store.PhotoStore(tmp_path).keep(photo.examine(body, ZONE), body)

    def test_a_full_disk_leaves_nothing_half_written(self, tmp_path, monkeypatch):
        def full(handle):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("api.observations.photo_store.os.fsync", full)
        body = picture()
        with pytest.raises(NotPossible, match="No space left"):
            photo_store.PhotoStore(tmp_path).keep(photo.examine(body, ZONE), body)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
