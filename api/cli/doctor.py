"""`huashan doctor`: what is installed, in which versions, how much room is left, what is wrong and how to mend it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from layers.errors import CityError

if TYPE_CHECKING:
    from api.cli.findings import Finding
    from api.settings import Settings


def command() -> None:
    """检查环境:版本、空间、数据库,以及每个问题的解决办法 · what is installed, what is wrong, how to mend it."""
    wrong = 0
    for finding in _findings():
        mark = "✘" if finding.wrong else "!" if finding.remedy else "✔"
        print(f"{mark} {finding.title}:{finding.text}", flush=True)
        if finding.remedy:
            print(f"    → {finding.remedy}", flush=True)
        wrong += finding.wrong
    print(f"\n有 {wrong} 个问题需要解决。" if wrong else "\n一切就绪。")
    raise typer.Exit(code=1 if wrong else 0)


def _findings() -> Iterator["Finding"]:
    from api.cli import findings
    from api.settings import read_settings

    yield from findings.programs()
    yield from findings.tools()
    named = os.environ.get("HUASHAN_DATABASE_URL") or "postgresql:///huashan"
    try:
        settings = read_settings({**os.environ, "HUASHAN_DATABASE_URL": named})
    except CityError as error:
        yield findings.problem("设置", str(error), "改正该环境变量")
        return
    yield from findings.places(settings)
    yield from _database(settings)


def _database(settings: "Settings") -> Iterator["Finding"]:
    from sqlalchemy import make_url

    from api.cli import findings
    from api.cli.database import URL, named
    from api.cluster.cluster import APP, Cluster
    from api.cluster.creation import check_free
    from api.cluster.place import cluster_place
    from api.cluster.sharing import in_use
    from api.settings import read_settings

    try:
        with ExitStack() as stack:
            role = make_url(settings.database_url).username or ""
            if not os.environ.get(URL):
                cluster = Cluster(cluster_place(settings.data))
                if not cluster.exists:
                    check_free(cluster.place)
                    yield findings.Finding("数据库", "还没有建立(make run 会建)")
                    return
                if not cluster.running() and findings.platform_running(settings):
                    yield findings.problem(
                        "数据库集群", "平台在运行,而它的数据库停了(可能被强行终止)", "停止平台(Ctrl-C),再 make run"
                    )
                    return
                yield findings.Finding("数据库集群", "运行中" if cluster.running() else "已停止,为检查临时启动")
                stack.enter_context(in_use(cluster))
                stack.enter_context(named(cluster))
                role = APP
            yield from findings.database(read_settings(os.environ), role)
    except CityError as error:
        yield findings.problem("数据库", str(error), "按上面这句处理后再检查一次")
