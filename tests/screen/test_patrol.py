"""The patrols' page in a browser: last Tuesday replayed, back to now, what comes in late, one metre, a dropped file."""

import json
from datetime import date, datetime, timedelta

import pytest

from api.access import tokens
from tests.conftest import serving
from tests.databases import copy_of
from tests.screen.conftest import Screen

pytestmark = pytest.mark.browser

LOADED = "window.huashan && huashan.replay.known_at && !huashan.replay.loading"
TOTALS = """(async () => {
  const { total } = await import("/screen/patrol/growth.js");
  const { growths, time } = huashan.replay;
  return Object.fromEntries(growths.map(({ layer, lines }) => [layer, total(lines, time)]));
})()"""
PLACE = """([layer, code, share]) => {
  const { lines } = huashan.replay.growths.find((one) => one.layer === layer);
  const { x, y } = lines.find((one) => one.code === code).shape;
  const at = Math.floor(x.length * share);
  const box = document.getElementById("map").getBoundingClientRect();
  const { x: left, y: top } = huashan.map.project([x[at], y[at]]);
  return [left + box.left, top + box.top];
}"""
LOOK_AT = """
  const { lines } = huashan.replay.growths.find((one) => one.layer === layer);
  const { x, y } = lines.find((one) => one.code === code).shape;
  const at = Math.floor(x.length * share);
  huashan.map.jumpTo({ center: [x[at], y[at]], zoom: 13 });
"""
MIDDLE = """async (code) => {
  const { readSightings } = await import("/screen/patrol/sightings.js");
  const { sightings, length_m } = await readSightings({ layer: "bank", code }, huashan.replay.period, []);
  const { from_m, to_m } = sightings.find(({ bound }) => bound === "nominal");
  return (from_m + to_m) / 2 / length_m;
}"""
HUSH = """(() => {
  const { patrols, reach } = huashan.replay;
  const legs = patrols.flatMap((one) => one.legs.map(({ t }) => [t[0], t[t.length - 1]])).sort(([a], [b]) => a - b);
  const next = legs.find(([from], at) => at > 0 && legs.slice(0, at).every(([, to]) => to < from));
  return [next[0], reach[1] / 1000 - 600];
})()"""
"""When somebody sets out again after nobody was out, milliseconds; and ten minutes before the end, seconds."""
NAMELESS = """() => [...document.querySelectorAll("button, select, input, canvas[tabindex]")].filter((one) => !(
  one.textContent || one.labels?.length || one.getAttribute("aria-label") || one.getAttribute("aria-hidden")
)).map((one) => one.outerHTML)"""
DROP = """(files) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}"""


@pytest.fixture(scope="module")
def city(cluster, sample_template):
    """A sample of this module's own, and who may hand in."""
    with copy_of(cluster, sample_template) as engine:
        with engine.begin() as connection:
            token = tokens.new(connection, "王建国", "调度员", ["dispatcher"], 1)
        with serving(engine) as url:
            yield url, token


@pytest.fixture
def anyone(city, page):
    """The page for who has not signed in: over the sample alone they see all, and hand nothing in."""
    yield Screen(page, city[0])
    page.goto("about:blank")


@pytest.fixture
def patrols(anyone, city):
    """The page for a dispatcher, not yet opened."""
    headers = {"Content-Type": "application/json", "Origin": anyone.url}
    answer = anyone.page.request.post(f"{anyone.url}/session", data=json.dumps({"token": city[1]}), headers=headers)
    assert answer.ok, answer.text()
    return anyone


def opened(screen, state=""):
    screen.open(f"patrol#{state}", drawn=False)
    screen.until(LOADED)
    return screen


def days(screen):
    return {one["day"]: one["patrols"] for one in screen.json("/playback/days")["days"]}


def last_tuesday(screen):
    """The newest Tuesday with patrols that is over."""
    over = max(days(screen))
    return max(day for day in days(screen) if date.fromisoformat(day).weekday() == 1 and day < over)


def totals(screen):
    return screen.page.evaluate(TOTALS)


def coverage(screen, day):
    after = date.fromisoformat(day) + timedelta(days=1)
    found = {}
    for layer in ("bank", "road"):
        told = screen.json(f"/coverage/{layer}?from={day}&to={after}")
        found[layer] = {"seen_m": told["seen_m"], "share": told["seen_m"] / (told["length_m"] - told["unknown_m"])}
    return found


def test_who_has_not_signed_in_is_told_so_beside_the_file(anyone):
    screen = opened(anyone)
    screen.page.locator("#handin input[type=file]").set_input_files(
        [{"name": "甲.gpx", "mimeType": "application/gpx+xml", "buffer": b"<gpx/>"}]
    )
    screen.sees("#handin", "需要访问令牌")
    screen.page.locator("#handin [data-key=sign]").click()
    assert screen.page.locator("dialog #token").is_visible()


def test_last_tuesday_is_replayed_and_ends_as_coverage_has_it(patrols):
    screen = opened(patrols)
    newest, tuesday = max(days(screen)), last_tuesday(screen)
    assert screen.page.locator(f"[data-key='day-{newest}']").get_attribute("aria-pressed") == "true", (
        "opens on the newest"
    )
    choice = screen.page.locator(f"[data-key='day-{tuesday}']")
    assert f"{tuesday} " in choice.text_content() and "周二" in choice.text_content()
    choice.click()
    screen.until(f"{LOADED} && huashan.replay.day === '{tuesday}' && huashan.replay.patrols.length")
    screen.sees("#mode", f"正在看 {tuesday}")
    screen.sees("#mode", "历史")
    slider = screen.page.locator(".slider")
    slider.focus()
    screen.page.keyboard.press("Home")
    assert all(one["seen_m"] == 0 for one in totals(screen).values())
    assert tuesday in slider.get_attribute("aria-valuetext") and "周二" in slider.get_attribute("aria-valuetext")
    screen.page.locator("[data-key=look]").click()
    screen.page.locator("[data-key=speed]").select_option("900")
    screen.page.locator("[data-key=play]").click()
    screen.sees("#mode", "900 倍")
    # Over the first hush and into who sets out after it; then, as nobody needs to wait for the rest, the last minutes.
    grown, (over, late) = [], screen.page.evaluate(HUSH)
    while screen.page.evaluate("huashan.replay.time") < over:
        grown.append(sum(one["seen_m"] for one in totals(screen).values()))
    assert screen.page.evaluate("huashan.replay.playing")
    slider.fill(str(late))
    screen.page.locator("[data-key=play]").click()
    while screen.page.evaluate("huashan.replay.playing"):
        grown.append(sum(one["seen_m"] for one in totals(screen).values()))
    assert grown == sorted(grown) and grown[-1] > grown[0]
    assert screen.page.evaluate("huashan.replay.time === huashan.replay.reach[1]")
    whole = coverage(screen, tuesday)
    for layer, found in totals(screen).items():
        assert found["seen_m"] == pytest.approx(whole[layer]["seen_m"], abs=1e-6)
        assert found["share"] == pytest.approx(whole[layer]["share"], abs=1e-6)
    screen.sees("#figures", f"{whole['road']['share'] * 100:.2f}".rstrip("0").rstrip("."))
    screen.settled()
    assert screen.drawn("patrol-seen") and screen.drawn("patrol-trails")
    assert (screen.complaints, screen.strangers, screen.page.evaluate("violations")) == ([], [], [])


def test_sixty_times_is_a_minute_in_a_second_and_gaps_are_not_bridged(patrols):
    screen = opened(patrols, f"day={last_tuesday(patrols)}")
    assert "1 秒放 1 分钟" in screen.text("[data-key=speed]")
    screen.page.locator("[data-key=play]").click()
    # From frame to frame, once the hush before the first patrol is passed over: drawn late is not fast.
    passed = screen.page.evaluate("""new Promise((done) => {
      const seen = [];
      const step = (now) => {
        seen.push([huashan.replay.time, now]);
        const [[time, began], [last, ended]] = [seen[Math.min(seen.length - 1, 4)], seen.at(-1)];
        if (ended - began < 700) return requestAnimationFrame(step);
        done((last - time) / (ended - began));
      };
      requestAnimationFrame(step);
    })""")
    assert passed == pytest.approx(60, rel=0.35)
    screen.page.locator("[data-key=play]").click()
    screen.sees("#mode", "正在看")
    told = screen.page.evaluate("""(async () => {
      const { trail, whereabouts } = await import("/screen/patrol/ways.js");
      const leg = (...t) => ({ t: Float64Array.from(t), x: Float64Array.from(t), y: Float64Array.of(0, 0) });
      const patrol = { legs: [leg(0, 10), leg(20, 30)] };
      const states = [5, 15, 25, 40].map((time) => whereabouts(patrol, time).state);
      return [trail(patrol, -Infinity, 25), trail(patrol, 12, 18), states];
    })()""")
    assert told == [[[[0, 0], [10, 0]], [[20, 0], [25, 0]]], [], ["out", "silent", "out", "back"]]


def test_back_to_now_is_live_and_says_so(patrols):
    screen = opened(patrols, f"day={last_tuesday(patrols)}")
    assert "past" in screen.page.locator("#mode").get_attribute("class")
    screen.page.locator("[data-key=back]").click()
    screen.sees("#mode", "实时")
    assert "live" in screen.page.locator("#mode").get_attribute("class")
    assert not screen.page.locator("[data-key=back]").is_visible()
    screen.page.go_back()
    screen.sees("#mode", "历史")


def test_a_day_without_patrols_says_so_and_leads_to_the_nearest(patrols):
    known = days(patrols)
    first, last = (date.fromisoformat(one) for one in (min(known), max(known)))
    empty = next(
        str(first + timedelta(days=n))
        for n in range(1, (last - first).days)
        if str(first + timedelta(days=n)) not in known
    )
    screen = opened(patrols, f"day={empty}")
    screen.sees("#days .empty", f"{empty}")
    screen.sees("#days .empty", "没有巡查")
    screen.page.locator("[data-key=nearest]").click()
    screen.until(f"{LOADED} && huashan.replay.patrols.length > 0")
    apart = [abs(date.fromisoformat(one) - date.fromisoformat(empty)) for one in known]
    assert abs(date.fromisoformat(screen.page.evaluate("huashan.replay.day")) - date.fromisoformat(empty)) == min(apart)


def on_bank(screen):
    """A patrol of the sample that saw something of a bank on foot, its day, and its fixes."""
    for one in screen.json("/patrols?limit=1000")["patrols"]:
        if one["mode"] != "foot" or one["datum_declared"] != "wgs84":
            continue
        told = screen.json(f"/patrols/{one['code']}")
        if any(seen["layer"] == "bank" and seen["seen_m"] > 500 for seen in told["seen"]):
            leg = max(told["legs"]["features"], key=lambda leg: len(leg["properties"]["times_s"]))
            return one, list(zip(leg["properties"]["times_s"], leg["geometry"]["coordinates"], strict=True))
    raise AssertionError("no such patrol in the sample")


def fixes_at(fixes, start, north=0.0):
    """The same way gone at another time, a little beside it: not quite the same, as people are."""
    began = fixes[0][0]
    return [
        [(start + timedelta(seconds=at - began)).isoformat(), lon + 2e-5 * (n % 3), lat + north, 5]
        for n, (at, (lon, lat, *_)) in enumerate(fixes)
    ]


def test_what_is_handed_in_late_appears_while_one_looks(patrols, city):
    one, fixes = on_bank(patrols)
    day = one["started_at"][:10]
    screen = opened(patrols, f"day={day}")
    screen.until("huashan.page.live.state === 'on'")
    before = screen.page.evaluate("huashan.replay.patrols.length")
    start = datetime.fromisoformat(f"{day}T05:10:00+08:00")
    sent = {"device": "迟到-1", "code": f"迟到-{day}", "mode": "foot", "fixes": fixes_at(fixes, start, 3e-5)}
    headers = {"Authorization": f"Bearer {city[1]}", "Content-Type": "application/json"}
    answer = screen.page.request.post(f"{screen.url}/patrols", headers=headers, data=json.dumps(sent))
    assert answer.status == 201, answer.text()
    screen.sees("#timeline .late", f"迟到-{day}")
    screen.until(
        f"huashan.replay.patrols.length === {before + 1} && huashan.replay.patrols.every(({{ pending }}) => !pending)"
    )
    screen.sees("#crews", f"迟到-{day}")
    for layer, found in totals(screen).items():
        assert found["seen_m"] == pytest.approx(coverage(screen, day)[layer]["seen_m"], abs=1e-6)


def test_a_metre_that_is_clicked_says_who_when_how_sure_and_when_it_is_due(patrols):
    one, _ = on_bank(patrols)
    screen = opened(patrols, f"day={one['started_at'][:10]}")
    screen.until("huashan.map && huashan.map.loaded()")
    (line,) = screen.page.evaluate(
        "huashan.replay.growths.find(({ layer }) => layer === 'bank').lines.filter(({ t }) => t.length).slice(0, 1)"
        ".map(({ code, name }) => [code, name])"
    )
    # The page is shared: wherever the test before left the map, the place has to be in sight.
    screen.page.evaluate(f"([layer, code, share]) => {{ {LOOK_AT} }}", ["bank", line[0], 0.5])
    screen.settled()
    screen.page.mouse.click(*screen.page.evaluate(PLACE, ["bank", line[0], 0.5]))
    screen.sees("#panel", "桩号")
    screen.sees("#panel", "截至")
    for words in ("归谁管", "何时到期", "谁看过"):
        assert words in screen.text("#panel")
    asked = screen.page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/at?')).pop()"
    )
    told = screen.json(asked.removeprefix(screen.url))
    assert all((duty["name"] or duty["duty"]) in screen.text("#panel") for duty in told["duties"])
    assert screen.page.evaluate("document.activeElement.id") == "panel"
    screen.page.keyboard.press("Escape")
    assert not screen.page.locator("#panel").is_visible()


def test_the_diagram_is_drawn_read_by_keyboard_and_leads_to_the_replay(patrols):
    one, _ = on_bank(patrols)
    seen = patrols.json(f"/coverage/bank?from={one['started_at'][:10]}&to={one['ended_at']}")["targets"]
    code = max(seen, key=lambda target: target["seen_m"])["code"]
    screen = opened(patrols.sharp(), f"day={one['started_at'][:10]}&line=bank/{code}")
    screen.until("document.querySelector('.picture') && document.querySelector('.picture').width > 300")
    screen.page.locator("[data-key=by-sure]").click()
    colours = screen.page.evaluate("""() => {
      const canvas = document.querySelector(".picture");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const found = new Set();
      for (let at = 0; at < data.length; at += 4) found.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      return [...found].map((one) => one.toString(16).padStart(6, "0"));
    }""")
    assert {"4f93b8", "e3e8ee"} <= set(colours), "what was seen, and night"
    # The list beside it says the same: whoever cannot see the picture reads it there.
    screen.page.locator("[data-key=as-list]").click()
    timeline = screen.json(
        f"/coverage/bank/{code}/timeline?from={date.fromisoformat(one['started_at'][:10]) - timedelta(days=29)}"
        f"&to={date.fromisoformat(one['started_at'][:10]) + timedelta(days=1)}&bound=possible"
    )["sightings"]
    assert screen.page.locator(".as-list tbody tr").count() == len({row["patrol"] for row in timeline})
    middle = screen.page.evaluate(MIDDLE, code)
    box = screen.page.locator(".pointer").bounding_box()
    left = 58 + (box["width"] - 68) * middle
    screen.page.mouse.move(box["x"] + left, box["y"] + box["height"] - 12)
    screen.page.locator(".pointer").focus()
    screen.page.keyboard.press("ArrowUp")
    screen.sees("#readout", "桩号")
    assert any(word in screen.text("#readout") for word in ("必见", "标称", "或见"))
    screen.page.keyboard.press("Enter")
    screen.sees("#panel", "谁看过")
    screen.until("huashan.replay.state.time !== ''")
    screen.sees("#mode", "历史")
    # Reading the picture's pixels, as only this test does, has the driver remark on how long that takes.
    assert [said for said in screen.complaints if "GL Driver Message" not in said] == []


def gpx(*tracks):
    point = '<trkpt lat="{2:.7f}" lon="{1:.7f}"><time>{0}</time></trkpt>'
    drawn = ("".join(point.format(*fix) for fix in fixes) for fixes in tracks)
    head = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    return head + "".join(f"<trk><trkseg>{points}</trkseg></trk>" for points in drawn) + "</gpx>"


def test_a_dropped_file_shows_what_it_saw_and_is_kept_only_when_handed_in(patrols, city):
    one, fixes = on_bank(patrols)
    day = str(date.fromisoformat(one["started_at"][:10]) - timedelta(days=1))
    walked = fixes_at(fixes, datetime.fromisoformat(f"{day}T06:20:00+08:00"), 4e-5)
    later = fixes_at(fixes, datetime.fromisoformat(f"{day}T03:10:00+08:00"), -4e-5)
    files = [["走了两趟.gpx", gpx(walked, later)], ["坏的.gpx", "<gpx>"], ["照片.jpg", "x"]]
    screen = opened(patrols)
    screen.sees("#session", "王建国")
    count = len(screen.json("/patrols?limit=5000")["patrols"])
    screen.page.evaluate(DROP, files)
    screen.sees("#panel", "试看结果,尚未入库")
    screen.sees("#handin", "不是可上交的轨迹")
    screen.until("document.querySelectorAll('#handin li.refused').length === 2")
    screen.until("document.querySelectorAll('#handin li.tried').length === 2")
    screen.sees("#handin", "走了两趟.gpx 第 2 条")
    for words in ("看到了什么", "必见", "计入哪些职责", "定位点"):
        assert words in screen.text("#panel"), words
    screen.settled()
    assert screen.drawn("patrol-trial")
    assert len(screen.json("/patrols?limit=5000")["patrols"]) == count, "nothing is kept yet"
    screen.page.locator("[data-key=send]").click()
    screen.until("document.querySelectorAll('#handin li.done').length === 2")
    screen.sees("#panel", "已入库")
    assert len(screen.json("/patrols?limit=5000")["patrols"]) == count + 2
    screen.until(f"huashan.replay.day === '{day}' && {LOADED} && huashan.replay.patrols.length")
    screen.sees("#mode", f"正在看 {day}")


def test_it_speaks_english_and_every_control_has_a_name(patrols):
    screen = opened(patrols, "lang=en&line=bank/YDH-岸1")
    screen.until("document.querySelector('.picture')")
    screen.sees("#mode", "history")
    chinese = screen.page.evaluate(
        "[...document.querySelectorAll('#days, #timeline .controls, #handin')].map((one) => one.innerText).join(' ')"
    )
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in chinese), chinese
    assert screen.page.evaluate(NAMELESS) == []
