"""Which sightings answer a question: stored ones, or others worked out for it alone from the legs that are kept."""

from collections.abc import Iterator

from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.sightings.copying import copy, instants_us, text
from api.sightings.reaches import stored_reaches
from api.sightings.sides import OWN_SIDE, read_sides, side_sightings, stored_sides
from api.sightings.sighting import ALL, LineSighting, sight_lines
from api.sightings.stored import MARGIN_DEG, stored_tracks
from api.sightings.targets import read_city, read_target, view
from api.tracks.moments import ends_of
from layers import query
from layers.errors import BadInput, TooLarge

ANEW = "pg_temp.sighting_anew"
MOST_FIXES = 3_000_000
"""More than this takes minutes at USUAL_M, a month of a whole street; farther off, each meets more of the lines."""
USUAL_M = 25.0


def sightings_for(connection: Connection, asked: Asked, most_fixes: int | None = None) -> str:
    """The table that answers the question: a stored one, or one made in this transaction for what is not stored.

    That is another reach, or the own side of banks that no duty asks it for. Raises BadInput where fixes were erased
    that it would take, saying until when; TooLarge for too long a period.  most_fixes: at USUAL_M, MOST_FIXES
    where none is given.
    """
    stored = stored_reaches(connection)
    if not stored or (asked.reach_m in stored and not asked.sided):
        return ALL.table
    if asked.sided and _side_stored(connection, asked):
        return OWN_SIDE.table
    _refuse_erased(connection, asked)
    query.execute(connection, "coverage/anew_table")
    for number, (patrol_id, found) in enumerate(_worked_out(connection, asked, most_fixes or MOST_FIXES)):
        if found:
            copy(connection, "coverage/anew_copy", _columns(number, patrol_id, found))
    query.execute(connection, "coverage/anew_index")
    return ANEW


def _side_stored(connection: Connection, asked: Asked) -> bool:
    stored = stored_sides(connection)
    return asked.codes is not None and all((code, asked.reach_m) in stored for code in asked.codes)


def _refuse_erased(connection: Connection, asked: Asked) -> None:
    start, end = ends_of(asked.period)
    ended = query.value(connection, "coverage/legs_gone", None, start=start, end=end)
    gone = ended and ended.astimezone(asked.zone).date()
    if gone and asked.sided:
        raise BadInput(
            f"可视距离 {asked.reach_m:g} 米的同岸所见没有存储,而 {gone} 及以前有定位点已删除,无法补算:"
            "请只查本职责的岸线、用其可视距离,或把时段的起点移到其后。"
        )
    if gone:
        names = "、".join(f"{reach_m:g}" for reach_m in stored_reaches(connection))
        raise BadInput(
            f"可视距离 {asked.reach_m:g} 米没有存储的所见,而 {gone} 及以前有定位点已删除,无法补算:"
            f"请用已存的 {names} 米,或把时段的起点移到其后。"
        )


def _worked_out(connection: Connection, asked: Asked, most_fixes: int) -> Iterator[tuple[int, list[LineSighting]]]:
    city = read_city(connection)
    codes = None if asked.codes is None else list(asked.codes)
    target = read_target(connection, asked.layer, city, codes)
    start, end = ends_of(asked.period)
    legs = query.rows(
        connection,
        "coverage/legs_between",
        {"table": view(asked.layer)},
        codes=codes,
        margin=MARGIN_DEG,
        start=start,
        end=end,
    )
    fixes, most = sum(len(leg["times_s"]) for leg in legs), int(most_fixes * min(USUAL_M / asked.reach_m, 1))
    if fixes > most:
        raise TooLarge(
            f"按未存储的可视距离 {asked.reach_m:g} 米要重算 {fixes:,} 个定位点,上限 {most:,}:"
            "请缩短时段、减小距离,或把它写进 HUASHAN_REACHES。"
        )
    modes = {int(leg["patrol_id"]): leg["mode"] for leg in legs}
    sides = read_sides(connection, city, {asked.reach_m: target.codes}) if asked.sided else []
    for patrol_id, track in stored_tracks(connection, legs, city):
        if asked.sided:
            yield patrol_id, [one for sided in sides for one in side_sightings(track, modes[patrol_id], sided)]
        else:
            yield patrol_id, sight_lines(track, [target], [asked.reach_m])[0]


def _columns(number: int, patrol_id: int, found: list[LineSighting]) -> tuple[list[str], ...]:
    layer, code, reach_m, bound, from_cm, to_cm, first_us, last_us = zip(*found, strict=True)
    return (
        [str(-1 - number * 1_000_000 - row) for row in range(len(found))],
        [text(one) for one in layer],
        [text(one) for one in code],
        [str(patrol_id)] * len(found),
        [str(one) for one in reach_m],
        list(bound),
        [f"[{start},{stop})" for start, stop in zip(from_cm, to_cm, strict=True)],
        instants_us(first_us),
        instants_us(last_us),
        ["-infinity"] * len(found),
    )
