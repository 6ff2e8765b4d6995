"""The page of plans: who is on, one click, the routes that come of it; changed by hand, kept or given up, walked."""

import re
import time
from urllib.parse import urlsplit

import pytest

from tests.api.plans.conftest import CITY, FEW, START
from tests.conftest import serving
from tests.databases import copy_of
from tests.screen.conftest import Screen
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

DAY = "2026-03-02"
"""A day that is over, so that what was planned can be held against what was walked: nobody went out."""
MADE_S = 120
"""Solving takes a moment, but in a process of its own, which starts when the machine lets it."""
RAW_KEY = re.compile(
    r"\b(plan|when|crews?|stake|options|limit|make|solve|sums|routes|stop|left|why|list|status)\.[a-z]+\b"
)
"""A word that is asked for and not there is shown as its key."""
ROUTES = "huashan.map.getSource('plan-routes').serialize().data.features.length"


@pytest.fixture(scope="module")
def town(cluster, city_template, tmp_path_factory):
    """The address of a server over a small city of crews and duties, which is a sample: everybody may plan in it."""
    from tests.api.conftest import fill

    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(CITY, execution_options={"no_parameters": True})
        with serving(engine, HUASHAN_DATA=str(tmp_path_factory.mktemp("data"))) as url:
            yield url


@pytest.fixture(scope="module")
def solved(town, browser):
    """The code of a plan of two crews."""
    context = browser.new_context()
    body = {"day": DAY, "crews": [{"crew": one, "start": START} for one in ("甲", "HS00")], "options": FEW}
    headers = {"Prefer": "wait=30", "Origin": town}
    answer = context.request.post(f"{town}/plans", data=body, headers=headers)
    assert answer.ok, answer.text()
    code = answer.json()["code"]
    deadline = time.monotonic() + MADE_S
    while (told := context.request.get(f"{town}/plans/{code}").json())["status"] != "done":
        assert time.monotonic() < deadline and told["status"] in ("queued", "solving"), told
    context.close()
    return code


@pytest.fixture
def plan(page, town):
    """`plan(address)`: the page, opened; nothing may go wrong on it."""
    screen = Screen(page, town)

    def opened(address="", *, drawn=False):
        screen.open(f"plan{address}", drawn=drawn)
        screen.until("window.huashan && huashan.page.watch.catalogue && true")
        return screen

    yield opened
    page.unroute_all(behavior="ignoreErrors")
    assert screen.complaints == [] and screen.strangers == [] and page.evaluate("violations") == []


@pytest.fixture
def made(plan, solved):
    """That plan, opened."""
    screen = plan(f"#plan={solved}")
    screen.sees(".one-head", "打印单子")
    return screen


def patiently(screen, selector, text):
    screen.page.locator(selector).filter(has_text=text).first.wait_for(timeout=MADE_S * 1000)


def button(screen, name):
    return screen.page.get_by_role("button", name=name, exact=True)


def press(screen, locator):
    """Click as a hand does, which takes its time: what is drawn anew meanwhile must not take the button away."""
    locator.hover()
    screen.page.mouse.down()
    screen.page.wait_for_timeout(80)
    screen.page.mouse.up()


def stops(screen, crew):
    """The pieces of a crew's route, in their order."""
    rows = screen.page.locator(f"section[aria-label='{crew}'] li.piece")
    return rows.evaluate_all("all => all.map(one => one.dataset.piece)")


def revision(screen, code):
    return screen.json(f"/plans/{code}")["revision"]


def test_monday_morning_is_one_click(plan):
    screen = plan(drawn=True)
    screen.sees(".crews", "乙组")
    screen.sees(".stake", "万 米·天")
    screen.page.locator(".options > summary").click()
    screen.page.locator(".advanced > summary").click()
    screen.page.get_by_label("按迭代次数").check()
    screen.page.locator("#option-iterations").press("Control+A")
    screen.page.keyboard.type("20")
    press(screen, button(screen, "排方案"))
    patiently(screen, ".one-head", "打印单子")
    screen.sees(".sums", "还掉")
    screen.until(f"{ROUTES} > 0")
    screen.picture("plan_made")
    code = screen.page.evaluate("huashan.opened.code")
    assert f"plan={code}" in urlsplit(screen.page.url).fragment
    button(screen, "删除").click()
    screen.page.get_by_role("dialog").get_by_role("button", name="删除", exact=True).click()
    screen.sees(".listing", "份")
    assert screen.page.locator(f"[data-plan='{code}']").count() == 0


def test_a_piece_given_to_another_crew_is_tried_then_kept_then_undone_and_done_again(made, solved):
    page, before = made.page, revision(made, solved)
    [first, *rest] = stops(made, "甲组")
    page.locator(f"li[data-piece='{first}'] .stop-row").click()
    page.get_by_label("把").select_option(label="乙组 · 步行")
    made.sees(".change-said", "时间")
    assert stops(made, "乙组") == [first] and revision(made, solved) == before
    made.picture("plan_tried")
    button(made, "保存改动").click()
    made.sees("#announce", "已保存")
    assert revision(made, solved) == before + 1
    button(made, "撤销(Ctrl+Z)").click()
    made.sees("#announce", "已撤销")
    assert stops(made, "甲组") == [first, *rest]
    page.keyboard.press("Control+Shift+Z")
    made.sees("#announce", "已重做")
    assert stops(made, "乙组") == [first]
    page.keyboard.press("Control+Z")
    made.sees("#announce", "已撤销")
    assert stops(made, "甲组") == [first, *rest] and stops(made, "乙组") == []


def test_pieces_are_dragged_into_another_order_and_left_out_and_all_is_given_up(made, solved):
    page, before = made.page, revision(made, solved)
    [first, second, third, *rest] = stops(made, "甲组")
    page.locator(f"li[data-piece='{third}'] .stop-row").drag_to(page.locator(f"li[data-piece='{first}'] .stop-row"))
    made.sees(".change-said", "试改 1 处")
    assert stops(made, "甲组") == [third, first, second, *rest]
    page.locator(f"li[data-piece='{second}'] .stop-row").click()
    button(made, "不排").click()
    made.sees(".change-said", "多欠")
    made.sees(".parts", "未排(2)")
    button(made, "未排(2)").click()
    made.sees(".whys", "手动不排")
    made.sees(".whys", "走不到")
    made.sees(".left", "断头路")
    button(made, "放弃").click()
    made.sees(".parts", "未排(1)")
    assert revision(made, solved) == before


def test_what_somebody_else_saved_meanwhile_is_said_and_ones_own_change_stands_upon_it(made, solved):
    page = made.page
    [first, *_] = stops(made, "甲组")
    page.locator(f"li[data-piece='{first}'] .stop-row").click()
    page.get_by_label("固定").check()
    made.sees(".change-said", "不变")
    answer = page.request.patch(f"{made.url}/plans/{solved}", data={"name": "她改的名"}, headers={"Origin": made.url})
    assert answer.ok
    other = {"changes": [{"piece": first, "fixed": True}], "save": True}
    assert page.request.patch(f"{made.url}/plans/{solved}", data=other, headers={"Origin": made.url}).ok
    button(made, "保存改动").click()
    made.page.locator("#acts [role=alert]").wait_for()
    made.sees(".one-head", "她改的名")
    made.sees(".change-said", "试改 1 处")
    made.complaints.clear()  # the browser's own, of the refusal


def test_after_the_day_it_is_told_what_was_not_walked_and_how_it_is_taken_to_crews(made, solved):
    button(made, "计划与实走").click()
    made.sees(".part-content", "没走到")
    made.sees("#legend", "没走到")
    made.picture("plan_walked")
    button(made, "发到手机").click()
    field = made.page.locator(".links input").first
    field.wait_for()
    assert "/sheet" in field.input_value() and "前有效" in made.text(".links")


def test_what_cannot_be_is_said_before_it_is_asked_and_who_was_on_is_remembered(plan):
    screen = plan()
    screen.sees(".crews", "甲组")
    screen.page.get_by_label("甲组到几点止").fill("8:00")
    screen.page.get_by_label("乙组上岗").uncheck()
    screen.sees("#acts", "没有时间可巡")
    assert button(screen, "排方案").is_disabled()
    screen.page.get_by_label("甲组到几点止").fill("1630")
    screen.page.get_by_label("甲组到几点止").press("Enter")
    screen.sees("#acts", "1 组上岗")
    screen.page.reload()
    screen.until("window.huashan && huashan.form.order.known")
    assert not screen.page.get_by_label("乙组上岗").is_checked()
    assert screen.page.get_by_label("甲组到几点止").input_value() == "16:30"


def test_all_that_is_said_is_asked_and_a_refusal_is_told_in_the_servers_words(plan, failing):
    screen = plan(drawn=True)
    asked = []
    screen.page.on("request", lambda request: request.method == "POST" and asked.append(request.post_data_json))
    failing("**/plans", "前面还有 9 份方案:请稍后再试。", 429)
    screen.page.locator("[data-key='more-甲']").click()
    screen.page.get_by_label("出发地:图上选").click()
    screen.sees("#pick", "甲组的出发地")
    screen.page.keyboard.press("Enter")
    screen.page.get_by_label("最多走").fill("12.5")
    button(screen, "+ 加一次休息").click()
    screen.page.get_by_label("+ 临时加一组").select_option("boat")
    button(screen, "排方案").click()
    screen.sees(".faults", "前面还有 9 份方案")
    [body] = asked
    [first] = [crew for crew in body["crews"] if crew.get("crew") == "甲"]
    [boat] = [crew for crew in body["crews"] if "crew" not in crew]
    assert boat["mode"] == "boat" and first["most_m"] == 12500 and first["breaks"][0]["minutes"] == 30
    assert abs(first["start"]["lon"] - 114.5) < 0.5
    screen.complaints.clear()  # the browser's own, of the refusal


def test_a_lost_stream_is_taken_up_again_until_the_plan_is_there(plan, solved, changed_answers):
    screen, left = plan(), [3]

    def not_yet(body):
        left[0] -= 1
        body.update({"status": "solving", "routes": []} if left[0] > 0 else {})

    changed_answers(f"**/plans/{solved}", not_yet)
    screen.page.route(f"**/plans/{solved}/progress*", lambda route: route.abort())
    screen.page.evaluate("code => huashan.page.store.set({ plan: code })", solved)
    screen.sees(".solving", "正在")
    screen.sees(".one-head", "打印单子")
    assert screen.page.locator(".solving").count() == 0
    screen.complaints.clear()


def test_who_has_enough_has_the_best_so_far(plan, solved, changed_answers):
    screen, going_on = plan(), [True]
    changed_answers(f"**/plans/{solved}", lambda body: body.update({"status": "solving"} if going_on[0] else {}))
    screen.page.route(f"**/plans/{solved}/progress*", lambda route: route.abort())

    def cancel(route):
        going_on[0] = False
        route.fulfill(status=202, json={"code": solved, "status": "solving"})

    screen.page.route(f"**/plans/{solved}/cancel", cancel)
    screen.page.evaluate("code => huashan.page.store.set({ plan: code })", solved)
    button(screen, "够好了,就用这个").click()
    screen.sees(".one-head", "打印单子")
    assert not [one for one in screen.complaints if "undefined" in one]
    screen.complaints.clear()


def test_on_a_phone_nothing_is_wider_than_it_and_the_map_is_one_touch_away(plan, solved):
    screen = plan()
    screen.page.set_viewport_size({"width": 360, "height": 640})
    for address in ("", f"#plan={solved}", "#tab=all"):
        screen.page.goto(f"{screen.url}/plan{address}")
        screen.until("window.huashan && huashan.page.watch.catalogue && true")
        assert screen.page.evaluate("document.scrollingElement.scrollWidth") <= 360, address
    assert not screen.page.locator("#panel").is_hidden()
    button(screen, "看地图").click()
    assert screen.page.locator("#panel").is_hidden()
    button(screen, "回列表").click()
    assert screen.page.locator("#panel").is_visible()


@pytest.mark.skipif(not CHECKS.is_dir(), reason="axe-core was not fetched: make test")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_open_plan_has_no_serious_fault_for_those_who_do_not_see_it(plan, solved, language):
    screen = plan(f"#plan={solved}&lang={language}")
    screen.sees(".routes, .route", "甲组")
    screen.page.locator("li.piece .stop-row").first.click()
    assert serious(screen) == []
    for part in ("left", "duties"):
        screen.page.locator(f"[data-key='part-{part}']").click()
    assert not RAW_KEY.findall(screen.text("body"))
    screen.complaints.clear()  # of what axe tries out
    screen.page.evaluate("violations.length = 0")


def test_times_are_understood_however_they_are_typed(plan):
    typed = ["8", "830", "08:30", "8:30", "17.30", "17时30分", "2400", "12:60", "noon", ""]
    understood = plan().page.evaluate(
        "typed => import('/screen/plan/time_field.js').then(({ timeOf }) => typed.map(timeOf))", typed
    )
    assert understood == ["08:00", "08:30", "08:30", "08:30", "17:30", "17:30", "", "", "", ""]


def test_who_may_not_see_plans_is_told_so(plan, changed_answers):
    reader = {"name": "来看的", "roles": ["viewer"], "signed_in": True}
    changed_answers("**/layers", lambda body: body.update(sample="real", reader=reader))
    screen = plan()
    screen.sees("#told", "只给调度、管理员和本组的巡查人员看")
    assert screen.page.locator("[data-key=make]").count() == 0


def test_a_city_without_crews_or_without_debt_is_told_what_that_means(plan, changed_answers):
    changed_answers("**/plans/defaults*", lambda body: body.update(crews=[]))
    changed_answers("**/debt*", lambda body: body.update(debt_m_days=0, debt_target_days=0))
    screen = plan()
    screen.sees(".who", "登记里还没有巡查组")
    screen.sees(".stake", "什么也不欠")
    assert button(screen, "排方案").is_disabled()
