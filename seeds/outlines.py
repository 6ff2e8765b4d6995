"""Three outlines to try land checks with, as coordinate texts of the kinds that offices send: a no, an ask and a yes.

They lie where the sample has an answer to show; on a real city's data they mean nothing.
"""

from typing import NamedTuple

from layers.crs import METRIC_DEFAULT


class Outline(NamedTuple):
    """An outline as text: what it is called, what is asked of it, its coordinate system where the text does not say."""

    name: str
    activity: str
    text: str
    crs: str | None = None


_HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=花山街道(示例)
数据产生日期=2026-11-20
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""

OUTLINES = (
    Outline(
        "清丰村湖边游客中心(示例)",
        "build",
        _HEAD
        + """7,0.9785,1,清丰村湖边游客中心,面,,建设,,@
J1,1,3384860.187,38547473.860
J2,1,3384849.829,38547396.213
J3,1,3384782.437,38547382.615
J4,1,3384748.139,38547508.237
J5,1,3384749.891,38547523.676
J6,1,3384776.737,38547509.656
J1,1,3384860.187,38547473.860
""",
    ),
    Outline(
        "春和社区活动场地(示例)",
        "build",
        _HEAD
        + """7,1.0620,1,春和社区活动场地,面,,建设,,@
J1,1,3381830.362,551331.928
J2,1,3381817.641,551291.011
J3,1,3381803.152,551215.350
J4,1,3381725.336,551199.142
J5,1,3381719.809,551233.347
J6,1,3381749.175,551337.800
J1,1,3381830.362,551331.928
""",
    ),
    Outline(
        "清丰村复耕地种油菜(示例)",
        "crops",
        """点号\tX\tY
1\t3384083.576\t547894.959
2\t3384155.561\t547865.931
3\t3384162.528\t547766.327
4\t3384095.105\t547757.633
5\t3384037.283\t547778.888
6\t3384037.418\t547853.903
1\t3384083.576\t547894.959
""",
        METRIC_DEFAULT,
    ),
)
"""Taken by permanent farmland and a red line; farmland within the town; a field that was reclaimed of late."""
