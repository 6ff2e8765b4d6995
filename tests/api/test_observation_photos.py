"""Photos are checked, kept once by content, compared with the observation, and given out without a word but pixels."""

import hashlib
import io
import struct
import zlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from api.observations import photo, photo_store
from api.observations.compare import FAR_M, compared
from geo.tracks.datum import wgs84_to_gcj02
from layers.crs import LonLat
from layers.errors import BadFile, NotPossible, TooLarge
from tests.api.conftest import REAL, desk_over, fill
from tests.conftest import _copy

ZONE = ZoneInfo("Asia/Shanghai")
PLACE = LonLat(114.5, 30.55)
FOUND_AT = datetime(2026, 6, 30, tzinfo=UTC)
OWNER = "Owner Wang Wu"


def picture(kind="JPEG", size=(60, 40), *, at=PLACE, taken="2026:06:30 08:05:00", turn=1, **saving):
    """A photo as a phone makes it: left half red, right half blue, with the owner's name in its words."""
    pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    pixels[:, : size[0] // 2, 0] = pixels[:, size[0] // 2 :, 2] = 220
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turn, OWNER
    inner = exif.get_ifd(0x8769)
    if taken:
        inner[0x9003] = taken
    if at:
        gps = exif.get_ifd(0x8825)
        for place, value, sides in ((3, at.lon, "EW"), (1, at.lat, "NS")):
            seconds = round(abs(value) * 3600, 4)
            gps[place] = sides[value < 0]
            gps[place + 1] = (seconds // 3600, seconds % 3600 // 60, seconds % 60)
    made = io.BytesIO()
    extra = {"comment": OWNER.encode()} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(made, kind, exif=exif, **extra, **saving)
    return made.getvalue()


def bomb(width, height):
    """A PNG that promises that many pixels and holds none."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


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
    @settings(max_examples=60)
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


@pytest.fixture(scope="module")
def city(cluster, city_template, tmp_path_factory):
    with _copy(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with desk_over(engine, HUASHAN_DATA=str(tmp_path_factory.mktemp("data"))) as desk:
            yield desk


@pytest.fixture(scope="module")
def people(city):
    return {role: city.person(role) for role in ("viewer", "analyst", "patroller", "dispatcher")}


@pytest.fixture
def code(city, people):
    body = {"kind": "litter", "source": "hotline", "lon": PLACE.lon, "lat": PLACE.lat, "found_at": FOUND_AT.isoformat()}
    return city.client.post("/observations", json=body, headers=people["dispatcher"]).json()["code"]


@pytest.fixture
def attach(city, people):
    def send(code, body, role="patroller", **query):
        asked = {"content": body} if isinstance(body, bytes) else {"files": body}
        return city.client.post(f"/observations/{code}/photos", params=query, headers=people[role], **asked)

    return send


class TestServing:
    """Attached to an observation, and handed out to those who may see it."""

    def test_a_photo_is_told_with_its_distance_and_only_pixels_go_out(self, city, people, code, attach):
        body = picture()
        made = attach(code, body)
        assert made.status_code == 201, made.text
        (told,) = made.json()["photos"]
        assert (told["far"], told["untimely"], told["shows"], told["apart_s"]) == (False, False, "found", 300.0)
        assert told["distance_m"] < 0.5
        again = attach(code, body)
        assert again.status_code == 200 and again.json() == made.json()
        for role in ("viewer", "analyst", "patroller", "dispatcher"):
            got = city.client.get(told["href"], headers=people[role])
            assert got.status_code == 200 and OWNER.encode() not in got.content
            assert got.headers["Content-Type"] == "image/jpeg"
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Cache-Control"].startswith("private")
        known = people["viewer"] | {"If-None-Match": got.headers["ETag"]}
        assert city.client.get(told["href"], headers=known).status_code == 304

    def test_the_file_as_it_came_is_for_dispatchers(self, city, people, code, attach):
        body = picture("PNG")
        href = attach(code, body).json()["photos"][0]["href"]
        assert city.status(f"{href}?original=true", people["patroller"]) == 403
        got = city.client.get(f"{href}?original=true", headers=people["dispatcher"])
        assert (got.content, got.headers["Content-Type"]) == (body, "image/png")

    def test_where_exactly_a_phone_was_is_not_for_viewers(self, city, people, code, attach):
        attach(code, picture(size=(62, 40)))
        seen = {
            role: city.client.get(f"/observations/{code}", headers=people[role]).json()["photos"][0]
            for role in ("viewer", "dispatcher")
        }
        assert {"lon", "lat", "made_by"} == set(seen["dispatcher"]) - set(seen["viewer"])
        assert seen["viewer"]["distance_m"] == seen["dispatcher"]["distance_m"]

    def test_several_in_a_form_come_in_together_or_not_at_all(self, city, people, code, attach):
        good = [("photo", (f"{number}.jpg", picture(size=(60 + number, 40)), "image/jpeg")) for number in (4, 5)]
        assert len(attach(code, good, shows="settled").json()["photos"]) == 2
        before = city.run("SELECT count(*) FROM city.photo")
        bad = [("photo", ("6.jpg", picture(size=(66, 40)), "image/jpeg")), ("photo", ("x.jpg", b"x", "image/jpeg"))]
        assert attach(code, bad).status_code == 400
        assert city.run("SELECT count(*) FROM city.photo") == before

    @pytest.mark.parametrize(
        ("body", "status"), [(b"", 400), (b"x", 400), ([("note", (None, "no file"))], 400), (bomb(30_000, 30_000), 413)]
    )
    def test_what_is_no_photo_is_refused(self, code, attach, body, status):
        answer = attach(code, body)
        assert answer.status_code == status, answer.text
        assert answer.json()["detail"].endswith("。")

    def test_a_form_that_is_broken_is_refused(self, city, people, code):
        headers = people["patroller"] | {"Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"--x\r\nnonsense", b"", b"--y--"):
            answer = city.client.post(f"/observations/{code}/photos", content=body, headers=headers)
            assert answer.status_code == 400, answer.text

    def test_who_may_not_is_refused_and_what_is_not_there_is_not_found(self, city, people, code, attach):
        assert attach(code, picture(), role="viewer").status_code == 403
        assert attach("FX-0", picture()).status_code == 404
        assert city.status(f"/photos/{'0' * 64}", people["viewer"]) == 404
        assert city.status("/photos/..%2F..%2Fetc", people["viewer"]) in (400, 404)
        href = attach(code, picture()).json()["photos"][0]["href"]
        assert city.status(href) == 401

    def test_a_photo_whose_observation_is_gone_is_gone(self, city, people, code, attach):
        href = attach(code, picture(size=(70, 40))).json()["photos"][0]["href"]
        city.run("DELETE FROM city.observation WHERE code = %s", code)
        assert city.status(href, people["dispatcher"]) == 404
