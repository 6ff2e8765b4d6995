"""Photos of observations come in all or none, and go out to those who may see them without a word but pixels."""

import pytest

from tests.api.observations.pictures import FOUND_AT, OWNER, PLACE, bomb, picture


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
