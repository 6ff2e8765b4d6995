import cProfile, pstats, json, time, sys

sys.path.insert(0, "/work/main")
from tests.api.conftest import desk_over


def test_s(own_sample):
    from api.database import Database, Operator
    from api.transfer.follow import follow
    from layers.catalogue import read_catalogue
    from tests.api.conftest import app_settings

    d = Database.at(app_settings(own_sample).database_url)
    cat = read_catalogue()
    for layer, code in (("road", None), ("site", None), ("grid", None)):
        with d.transaction(Operator("x"), write=True) as c:
            if True:
                code = c.exec_driver_sql(f"select code from city.{layer}_now order by code desc limit 1").scalar()
                follow(c, cat[layer], [code])
            p = cProfile.Profile()
            t = time.process_time()
            w = time.time()
            p.enable()
            follow(c, cat[layer], [code])
            p.disable()
            print(layer, code, "wall", round(time.time() - w, 2), "cpu", round(time.process_time() - t, 2))
            pstats.Stats(p).sort_stats("cumulative").print_stats(14)
    with d.transaction(Operator("x")) as c:
        for q in (
            "select count(*) from city.grid_outside()",
            "select city.check_grid((select max(id) from city.grid), 'x')",
        ):
            t = time.time()
            c.exec_driver_sql(q).scalar()
            print(q, round(time.time() - t, 2))
