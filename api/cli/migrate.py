"""`huashan migrate`: the database brought to the code's state; made first where there is none, without the sample."""

import os
from contextlib import ExitStack


def command() -> None:
    """迁移数据库到程序的版本;还没有库时先建一个空的(不装示例) · migrate, making an empty database if there is none."""
    from api.cli.database import URL, bring_up_to_date, named, owner_engine
    from api.cluster.cluster import Cluster
    from api.cluster.creation import FRESH
    from api.cluster.place import cluster_place
    from api.cluster.sharing import in_use
    from api.settings import read_settings

    with ExitStack() as stack:
        if not os.environ.get(URL):
            cluster = Cluster(cluster_place())
            made_here = not cluster.exists
            if made_here:
                print(f"建立数据库 {cluster.place.folder}… making the database", flush=True)
            stack.enter_context(in_use(cluster))
            stack.enter_context(named(cluster))
            if made_here:
                (cluster.place.folder / FRESH).unlink()
        settings = read_settings(os.environ)
        names = bring_up_to_date(stack.enter_context(owner_engine(settings)), settings)
    print(f"已执行 {len(names)} 项迁移:{'、'.join(names)}" if names else "数据库已是最新。")
