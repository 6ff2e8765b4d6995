"""`huashan doctor` says what is there, what is wrong and how to mend it."""

import socket


def test_it_names_versions_and_finds_the_database_in_order(migrated):
    done = migrated.run("doctor")
    for word in ("Python", "PostgreSQL", "PostGIS", "GEOS", "PROJ", "剩余空间", "huashan_app", "已是最新"):
        assert word in done.stdout, done.stdout + done.stderr
    assert "✘ 应用角色" not in done.stdout and "✘ 迁移" not in done.stdout


def test_without_a_database_it_says_that_there_is_none(huashan):
    assert "还没有建立" in huashan.run("doctor").stdout


def test_what_is_wrong_has_a_remedy_and_an_exit_status(huashan):
    huashan.data.mkdir()
    (huashan.data / "letter.txt").write_text("private")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", huashan.port))
        taken.listen()
        done = huashan.run("doctor")
    assert done.returncode == 1
    assert "✘ 数据文件夹" in done.stdout and "✘ 端口" in done.stdout
    lines = done.stdout.splitlines()
    assert all(lines[i + 1].lstrip().startswith("→") for i, line in enumerate(lines) if line.startswith("✘"))


def test_a_database_that_does_not_answer_is_a_finding(huashan):
    done = huashan.run("doctor", HUASHAN_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert done.returncode == 1 and "连不上数据库" in done.stdout


def test_a_data_folder_that_cannot_be_is_a_finding(huashan):
    huashan.data.write_text("a file")
    done = huashan.run("doctor")
    assert done.returncode == 1 and "✘ 数据文件夹" in done.stdout and "是文件" in done.stdout, done.stderr
