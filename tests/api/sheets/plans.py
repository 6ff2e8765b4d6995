"""Plans as GET /plans/{code} answers them, small enough to be read: two crews beside a lake."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from api.database import Database, Operator
from api.jobs.in_hand import dumped
from api.plans import store
from layers import query

EAST_8 = timezone(timedelta(hours=8))
OFFICE = (114.498823, 30.601775)
PERSON = "李秘密"
DUTY = {"duty": "D1", "name": "湖岸每月一次", "post": "HZ-1", "post_name": "街道级湖长", "debt_m_days": 850.0}


def at(day: date, minute: int) -> str:
    return (datetime(day.year, day.month, day.day, tzinfo=EAST_8) + timedelta(minutes=minute)).isoformat()


def stop(day: date, minute: int, kind: str = "piece", number: int = 1, last: int = 1, **more: Any) -> dict[str, Any]:
    lon, lat = OFFICE[0] + 0.002 * number, OFFICE[1] - 0.001 * number
    piece = kind == "piece"
    told = {
        "kind": kind,
        "piece": f"AX-1@{number}00" if piece else None,
        "name": f"严西湖湖岸 {number}00–{number + 1}00 米"
        if piece
        else {"break": "休息 30 分钟"}.get(kind, "街道办事处"),
        "arrive_at": at(day, minute),
        "from_at": at(day, minute),
        "to_at": at(day, minute + (12 if piece else 0)),
        "length_m": 100.0 if piece else 0.0,
        "place": [lon, lat],
        "line": [max(last - 1, 0), last] if piece else [last, last],
        "unverified": False,
        "fixed": False,
        "combined": False,
        "duties": [DUTY] if piece else [],
    }
    return told | more


def route(day: date, crew: str = "XC-01", name: str = "步行一组", pieces: int = 3, **more: Any) -> dict[str, Any]:
    """A route over so many pieces, ten minutes apart, from the office and back."""
    between = [stop(day, 515 + 10 * n, number=n, last=n) for n in range(1, pieces + 1)]
    usual = [stop(day, 510, "start", 0, 0), *between, stop(day, 530 + 10 * pieces, "end", 0, pieces + 1)]
    stops = more.pop("stops", usual)
    begin = datetime(day.year, day.month, day.day, 8, 30, tzinfo=EAST_8).timestamp()
    told = {
        "route": f"{name}·{day}",
        "day": day.isoformat(),
        "crew": crew,
        "name": name,
        "mode": "foot",
        "from_at": stops[0]["from_at"],
        "to_at": stops[-1]["to_at"],
        "length_m": 5474.5,
        "moving_s": 4445,
        "service_s": 1200,
        "waiting_s": 0,
        "over": [],
        "line": {"type": "LineString", "coordinates": [one["place"] for one in stops]},
        "times": [int(begin) + 600 * n for n in range(len(stops))],
        "stops": stops,
        "directions": [
            {"text": f"向东南走 {n}00 米,到湖岸", "length_m": 100.0, "place": one["place"], "stop": n}
            for n, one in enumerate(stops)
            if n
        ],
    }
    return told | more


def plan(day: date = date(2026, 7, 1), *routes: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "code": "P20260701-1",
        "name": "周三巡查",
        "status": "done",
        "days": [day.isoformat()],
        "made_by": PERSON,
        "made_at": "2026-06-30T09:12:40+08:00",
        "known_at": "2026-06-30T09:10:00+08:00",
        "revision": 2,
        "revisions": [{"revision": 1, "made_by": PERSON}],
        "routes": list(routes) or [route(day), route(day, "XC-02", "骑行二组", 2, mode="bicycle")],
        "pieces": [],
    }
    return told | more


def stored(engine: Any, told: dict[str, Any]) -> str:
    """Keep a plan as if it had been solved; its code."""
    days = [date.fromisoformat(day) for day in told["days"]]
    crews = [{"crew": one["crew"], "name": one["name"]} for one in told["routes"]]
    asked = {"crews": crews, "options": {}, "again_from": None, "at": None}
    answer = {"routes": told["routes"], "pieces": [], "promise": [], "totals": {}}
    with Database(engine).transaction(Operator(PERSON), write=True) as connection:
        code = store.add(connection, store.Asked(told["name"], days, asked), PERSON, worker="test")
        query.execute(
            connection,
            "plan/plan_done",
            code=code,
            worker="test",
            progress=None,
            problem=None,
            known_at=datetime(2026, 6, 30, tzinfo=UTC),
            crews=[crew["crew"] for crew in crews],
            what="求解",
            answer=dumped(answer),
        )
    return code
