"""What is typed wrongly is answered in one Chinese sentence that names it and says what to type."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from api.cli.app import COMMANDS, app
from layers.errors import BadInput

IMPORT = ("import", "road", "x.csv")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            (*IMPORT, "--valid-from", "2026-13-01"),
            "--valid-from 的值 '2026-13-01' 不对:应为日历上有的一天,写作 2026-01-31",
        ),
        ((*IMPORT, "--valid-from", "明天"), "'明天' 不对"),
        ((*IMPORT, "--max-vertices", "3"), "--max-vertices 的值 '3' 不对:应为不小于 4 的数"),
        ((*IMPORT, "--max-vertices", "1e3"), "'1e3' 不对:应为整数"),
        ((*IMPORT, "--max-vertices", "9" * 5000), "…' 不对:应为位数少一些的整数"),
        (("seed", "--scale", "1001"), "--scale 的值 '1001' 不对:应为不大于 1000 的数"),
        (("patrols", "import", "x", "--speed-mps", "fast"), "--speed-mps 的值 'fast' 不对:应为数字"),
        (("token", "revoke", "abc"), "token_id 的值 'abc' 不对:应为整数"),
        (("import",), "缺少 layer(图层"),
        (("import", "road"), "缺少 file("),
        (("patrols", "import"), "缺少 files("),
        (("token", "new"), "缺少 person(持有人姓名)。用法:huashan token new [OPTIONS] {person}"),
        ((*IMPORT, "y"), "多出了 'y':含空格的值请加引号"),
        ((*IMPORT, "--crs"), "选项 --crs 后面要跟一个值"),
        ((*IMPORT, "--replace=1"), "选项 --replace 不带值"),
        ((*IMPORT, "--replce"), "没有选项 '--replce':是否要写 --replace?"),
        (("--version",), "没有选项 '--version'。"),
        (("impor",), f"没有命令 'impor':是否要写 import?现有 {'、'.join(COMMANDS)}"),
        (("token", "it's"), "现有 new、list、revoke"),
    ],
)
def test_what_is_typed_wrongly_is_named_with_what_to_type(typed, told):
    result = CliRunner().invoke(app, list(typed), prog_name="huashan")
    assert isinstance(result.exception, BadInput) and told in str(result.exception)
    assert result.output == "", "Typer's own words, too"


def test_at_a_prompt_it_is_a_line_and_an_exit_status():
    command = [sys.executable, "-P", "-m", "api.cli.app", "import", "road", "x", "--valid-from", "2026-02-30"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": "."})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "'2026-02-30' 不对" in done.stderr


def test_help_is_no_mistake_and_a_bare_command_shows_it():
    assert CliRunner().invoke(app, ["import", "--help"]).exit_code == 0
    bare = CliRunner().invoke(app, ["token"])
    assert bare.exit_code == 2 and "revoke" in bare.output
