"""Turns: whoever asks for much that takes seconds waits for the own, and keeps nobody else waiting."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.access.turns import Turns
from api.answers.problems import TooMany
from api.routes import trend
from tests.api.conftest import REAL, until
from tests.loops import finished


def test_of_one_person_a_few_at_once_and_others_meanwhile():
    async def run() -> None:
        turns, end, begun = Turns(at_once=3, each=2, waiting=4), asyncio.Event(), []

        async def ask(who: str) -> None:
            async with turns.turn(who):
                begun.append(who)
                await end.wait()

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(ask("one"))
            await asyncio.sleep(0)
            with pytest.raises(TooMany, match="4 项"):
                await ask("one")
            group.create_task(ask("other"))
            group.create_task(ask("third"))
            await asyncio.sleep(0.01)
            assert begun == ["one", "one", "other"]
            end.set()
        assert sorted(begun) == ["one"] * 4 + ["other", "third"]
        assert not turns._queues, "nobody is remembered who has no more to ask"

    finished(run())


def test_one_viewer_with_fifty_questions_keeps_nobody_waiting(own_desk, monkeypatch):
    own_desk.run(REAL)
    until(lambda: own_desk.status("/layers") == 401)
    greedy, other = own_desk.person("viewer"), own_desk.person("viewer")
    until(lambda: {own_desk.status("/session", one) for one in (greedy, other)} == {200})
    asking, most, slowly = [], [], trend.read_duties

    def counted(*given):
        asking.append(1)
        most.append(len(asking))
        until(lambda: len(most) > 3 or done, 20)
        asking.pop()
        return slowly(*given)

    done = False
    monkeypatch.setattr(trend, "read_duties", counted)
    with ThreadPoolExecutor(51) as pool:
        asked = [pool.submit(own_desk.status, "/debt/trend", greedy) for _ in range(50)]
        until(lambda: len(most) == 3)
        assert own_desk.status("/layers", other) == 200, "though every turn of the other is taken"
        assert own_desk.status("/debt/trend", other) == 200
        done = True
        assert {one.result() for one in asked} == {200}
    assert max(most) <= 4
