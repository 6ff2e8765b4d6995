"""Coordinate texts as offices and e-mails have them."""

HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=某测绘院
数据产生日期=2026-11-01
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
SQUARE = ((3382000.0, 547000.0), (3382000.0, 547100.0), (3382100.0, 547100.0), (3382100.0, 547000.0))
"""Northing, easting."""


def rows(points=SQUARE, *, ring=1, form="{label},{ring},{north:.3f},{east:.3f}", closed=True, prefix=0):
    """The rows of a ring; form: of each row. prefix: the zone that stands before eastings."""
    wanted = [*points, points[0]] if closed else points
    labels = [f"J{n + 1}" for n in range(len(points))] + ["J1"]
    return "".join(
        form.format(label=label, ring=ring, north=north, east=east + prefix * 1e6, number=label[1:]) + "\n"
        for label, (north, east) in zip(labels, wanted, strict=False)
    )


def plot(*rings, count=None, area="1.0000", number="1", name="一号地", kind="面"):
    """A plot of rings (text of rows each) with its line of head."""
    body = "".join(rings)
    return f"{body.count(chr(10)) if count is None else count},{area},{number},{name},{kind},H50,建设,0701,@\n{body}"
