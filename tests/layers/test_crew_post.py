"""For which post a crew went out: as it was on the day, whatever it is today."""


def test_a_crew_that_changed_its_post_went_out_for_the_old_one_before(connection):
    connection.exec_driver_sql("""
        INSERT INTO city.crew (code, name, post_code, valid_from, valid_to) VALUES
            ('甲', '甲组', 'P-1', '2026-03-01', '2026-06-01'), ('甲', '甲组', 'P-2', '2026-06-01', NULL),
            ('乙', '乙组', 'P-1', '2026-03-01', '2026-06-01')
    """)
    asked = [
        ("甲", "2026-05-31 23:59:59+08"), ("甲", "2026-06-01 00:00:00+08"), ("甲", "2026-01-01 12:00:00+08"),
        ("乙", "2026-05-01 12:00:00+08"), ("乙", "2026-06-01 12:00:00+08"), ("丙", "2026-06-01 12:00:00+08"),
    ]  # fmt: skip
    found = [connection.exec_driver_sql("SELECT city.crew_post(%s, %s::timestamptz)", one).scalar() for one in asked]
    assert found == ["P-1", "P-2", "P-1", "P-1", None, None]
