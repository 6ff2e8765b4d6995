#!/bin/sh
# Makes this machine able to run (`run`), test (`test`) or serve from a container (`api`) the platform.
# Installs only what is missing, says each step in one line, and is done in a moment when nothing is.
set -eu
aim=${1:-run}
here=$(cd "$(dirname "$0")" && pwd -P)
checkout=$(cd "$here/../.." && pwd -P)
build=$(sh "$here/build-folder.sh")
. "$here/system.sh"

umask 022
[ ! -L "$checkout/.build" ] || [ "$(id -u)" = 0 ] || rm -f "$checkout/.build"
mkdir -p "$build" || fail "建不了文件夹 $build:请检查权限。"
log=$build/install.log
exec 9>"$build/lock"
flock 9 # `make test` beside a first `make run`

install_system "$aim"
[ "$(id -u)" != 0 ] || service_user

python=$(find_python) || fail "没有 Python 3.11 或更新版本及其 venv:请安装 python3 与 python3-venv。"
wanted=$(cat "$checkout/constraints.txt" "$here/assets.json" "$here/install.sh" | sha256sum | cut -c1-64)-$("$python" -V)
if [ "$(cat "$build/stamp" 2>/dev/null)" != "$wanted" ] || ! [ -x "$build/venv/bin/huashan" ] || ! "$build/venv/bin/python" -c '' 2>/dev/null; then
    make_environment
    printf %s "$wanted" >"$build/stamp"
fi
[ "$aim" != test ] || fetch checks || fail "测试所用的资料没有取到:$(tail -1 "$build/checks.log")"
compile_code
[ "$(id -u)" != 0 ] || [ -e "$checkout/.build" ] || ln -sfn "$build" "$checkout/.build" 2>/dev/null || true
