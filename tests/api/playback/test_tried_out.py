"""A track tried out before it is handed in: told what it would see, and nothing stored."""

import gzip

from tests.api.playback.conftest import get


class TestTryingOut:
    GPX = (
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        + "".join(
            f'<trkpt lat="30.56" lon="{114.52 + n * 0.00025:.6f}"><time>2026-06-20T02:{n:02d}:00Z</time></trkpt>'
            for n in range(30)
        )
        + "</trkseg></trk></gpx>"
    )

    def send(self, city, query="", content=None, role="dispatcher"):
        headers = {**city.person(role), "Content-Type": "application/gpx+xml", "Content-Encoding": "gzip"}
        body = gzip.compress((content or self.GPX).encode())
        return city.client.post(f"/patrols?{query}", content=body, headers=headers)

    def counts(self, city):
        tables = ("patrol", "fix", "leg", "sighting", "patrol_backlog", "flag")
        return [city.run(f"SELECT count(*) FROM city.{table}") for table in tables]

    def test_nothing_is_stored_and_handing_in_then_says_the_same(self, city):
        before = self.counts(city)
        tried = self.send(city, "dry_run=true&crew=日组")
        assert tried.status_code == 200, tried.text
        told = tried.json()
        assert told["dry_run"] and told["status"] == "accepted" and self.counts(city) == before
        road = told["saw"]["targets"][0]
        assert road["code"] == "R1" and 0 < road["seen_sure_m"] < road["seen_m"] < road["seen_possible_m"]
        assert road["seen_geometry"]["type"] == "MultiLineString"
        assert [one["duty"] for one in told["saw"]["credits"]] == ["D-1"]
        done = self.send(city, "crew=日组")
        assert done.status_code == 201
        kept = ("fixes_read", "fixes_kept", "legs", "length_m", "started_at", "ended_at", "seen", "left_out", "code")
        assert {name: done.json()[name] for name in kept} == {name: told[name] for name in kept}
        saw = get(city, f"/patrols/{told['code']}/saw").json()
        assert {name: saw[name] for name in told["saw"]} == told["saw"]
        known = self.send(city, "dry_run=true&crew=日组").json()
        assert (known["status"], known["saw"]["targets"]) == ("known", saw["targets"])
        city.run("UPDATE city.patrol SET made_by = '别人', post_code = 'P-2' WHERE code = %s", told["code"])
        others = self.send(city, "dry_run=true", role="patroller").json()
        assert (others["status"], others["saw"]) == ("known", None), "who and for which post is not theirs to know"
        city.run("DELETE FROM city.patrol WHERE code = %s", told["code"])

    def test_of_a_file_with_several_tracks_each_is_tried_by_its_number(self, city):
        one = self.GPX[self.GPX.index("<trk>") : self.GPX.index("</gpx>")]
        both = self.GPX.replace("</gpx>", one.replace("T02:", "T05:") + "</gpx>")
        refused = self.send(city, "dry_run=true", both)
        assert refused.status_code == 400 and "2 条轨迹" in refused.json()["detail"]
        first, second = (self.send(city, f"dry_run=true&track={n}", both).json() for n in (1, 2))
        assert [one["tracks"] for one in (first, second)] == [2, 2]
        assert [one["started_at"][11:13] for one in (first, second)] == ["10", "13"]
        beyond = self.send(city, "dry_run=true&track=3", both)
        assert beyond.status_code == 400 and "没有第 3 条" in beyond.json()["detail"]

    def test_refusals_are_those_of_handing_in(self, city):
        for content in ("<gpx>", self.GPX.replace("lat=", "x="), self.GPX.replace("</gpx>", "")):
            tried, done = (self.send(city, query, content) for query in ("dry_run=true", ""))
            assert (tried.status_code, tried.json()["detail"]) == (done.status_code, done.json()["detail"])
            assert tried.status_code == 400
        far = self.send(city, "dry_run=true", self.GPX.replace('lon="114.', 'lon="74.'))
        assert far.status_code == 400 and "范围" in far.json()["detail"], far.text
        empty = city.client.post("/patrols?dry_run=true", json={"device": "甲"}, headers=city.person("dispatcher"))
        assert empty.status_code == 400 and "试看" in empty.json()["detail"]

    def test_who_may_not_hand_in_may_not_try_out(self, city):
        assert self.send(city, "dry_run=true", role="viewer").status_code == 403
        assert self.send(city, "dry_run=true", role="analyst").status_code == 403
