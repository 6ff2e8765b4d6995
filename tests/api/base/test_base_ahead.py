"""Base maps fetched ahead."""

import pytest

from api.base.ahead import area, count, fetch, lacking
from layers.crs import Bounds
from layers.errors import BadInput
from tests.base_maps import AREA, RED, png, template


class TestAhead:
    """An area is fetched before anyone asks; interrupted, the rest is fetched the next time."""

    ZOOMS = range(10, 14)

    def work(self, served):
        base = served.service.bases.find("far")
        return base, area(base, self.ZOOMS, Bounds(*AREA))

    def test_an_area_is_fetched_and_the_second_time_there_is_nothing_to_do(self, served, host):
        served.far("far", template(host))
        base, box = self.work(served)
        counted = count(base, served.service, self.ZOOMS, box)
        steps = []
        done = fetch(base, served.service, lacking(base, served.service, self.ZOOMS, box), lambda: steps.append(1))
        assert done.fetched == counted.tiles == counted.lacking == len(host.asked) == len(steps)
        assert (done.failed, done.size_bytes) == (0, done.fetched * len(png(RED)))
        assert count(base, served.service, self.ZOOMS, box) == (counted.tiles, 0)

    def test_a_host_that_fails_is_not_asked_a_thousand_times(self, served, host):
        served.far("far", template(host))
        host.behave = lambda path: (500, "text/html", b"")
        base, box = self.work(served)
        done = fetch(base, served.service, lacking(base, served.service, self.ZOOMS, box))
        assert done.fetched == 0 and "应答 500" in done.problem and len(host.asked) < 30

    def test_what_was_begun_is_gone_on_with(self, served, host):
        served.far("far", template(host))
        host.behave = lambda path: (200, "image/png", png(RED)) if path < "/12" else (500, "", b"")
        base, box = self.work(served)
        first = fetch(base, served.service, lacking(base, served.service, self.ZOOMS, box))
        host.behave = lambda path: (200, "image/png", png(RED))
        second = fetch(base, served.service, lacking(base, served.service, self.ZOOMS, box))
        assert (
            first.fetched > 0 and first.fetched + second.fetched == count(base, served.service, self.ZOOMS, box).tiles
        )

    def test_far_too_much_and_what_is_not_there_is_refused(self, served, host):
        served.far("far", template(host))
        base = served.service.bases.find("far")
        with pytest.raises(BadInput, match="第 0 到 18 级"):
            area(base, range(10, 20), None)
        with pytest.raises(BadInput, match="之外"):
            area(base, self.ZOOMS, Bounds(2, 48, 3, 49))
        with pytest.raises(BadInput, match="超过 500,000"):
            count(base, served.service, range(10, 19), area(base, range(10, 19), None))
        assert host.asked == []
