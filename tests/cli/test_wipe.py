"""`huashan wipe` deletes what it listed, after the word, and nothing else."""


def test_it_lists_asks_and_deletes_only_after_the_word(huashan):
    assert huashan.run("migrate").returncode == 0
    kept = huashan.run("wipe", typed="yes\n")
    assert kept.returncode == 0 and "cluster" in kept.stdout and "MB" in kept.stdout
    assert "没有删除" in kept.stdout and (huashan.data / "cluster").is_dir()
    assert "没有删除" in huashan.run("wipe").stdout
    gone = huashan.run("wipe", typed="wipe\n")
    assert "已删除" in gone.stdout and not huashan.data.exists()
    assert "没有数据可删" in huashan.run("wipe", typed="wipe\n").stdout


def test_a_folder_without_the_marker_is_refused(huashan):
    huashan.data.mkdir()
    (huashan.data / "letter.txt").write_text("private")
    done = huashan.run("wipe", typed="wipe\n")
    assert done.returncode == 1 and "标记" in done.stderr
    assert (huashan.data / "letter.txt").exists()


def test_links_are_removed_and_not_followed(huashan, tmp_path):
    (tmp_path / "precious").write_text("kept")
    huashan.data.mkdir()
    (huashan.data / ".huashan-data").write_text("")
    (huashan.data / "link").symlink_to(tmp_path)
    assert huashan.run("wipe", typed="wipe\n").returncode == 0
    assert (tmp_path / "precious").exists() and not huashan.data.exists()
