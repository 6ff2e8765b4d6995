#!/bin/sh
# Adds JupyterLab to the virtual environment that install.sh has made; done in a moment when it is there.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
build=$(sh "$here/build-folder.sh")
log=$build/install.log
. "$here/system.sh"

exec 9>"$build/lock"
flock 9
wanted=$(sha256sum <"$here/notebooks.txt" | cut -c1-64)-$(stat -c %i "$build/venv")
[ "$(cat "$build/notebooks-stamp" 2>/dev/null)" != "$wanted" ] || exit 0
say "安装 JupyterLab(约半分钟)… installing JupyterLab"
pip_install "$here/notebooks.txt"
printf %s "$wanted" >"$build/notebooks-stamp"
