# The steps of install.sh, as functions. Expects: here, checkout, build, log.

say() { printf '%s\n' "$*"; }
fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# --- what is there -------------------------------------------------------------------------------------------------

find_python() {
    for candidate in /usr/bin/python3 "$(command -v python3 || true)"; do
        [ -n "$candidate" ] && [ -x "$candidate" ] || continue
        "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        # A Python below root's home cannot be run by the service user.
        [ "$(id -u)" != 0 ] || case $(readlink -f "$candidate") in /root/*) continue ;; esac
        echo "$candidate"
        return
    done
    return 1
}

has_postgis() { # the newest PostgreSQL is 15+, and PostGIS is beside it
    for folder in /usr/lib/postgresql/*/bin; do
        major=$(basename "$(dirname "$folder")")
        [ -x "$folder/initdb" ] && [ "$major" -ge 15 ] || continue
        [ -e "/usr/share/postgresql/$major/extension/postgis.control" ] && return
    done
    command -v postgres >/dev/null && [ -e "$(pg_config --sharedir 2>/dev/null)/extension/postgis.control" ]
}

has_chromium() { # the one without windows of its own does the same in half the time
    for browser in chromium-headless-shell chromium chromium-browser google-chrome; do
        ! command -v "$browser" >/dev/null || return 0
    done
    return 1
}
has_cjk_font() {
    for font in /usr/share/fonts/*/wqy /usr/share/fonts/*/noto-cjk /usr/share/fonts/*/noto/*CJK*; do
        [ ! -e "$font" ] || return 0
    done
    return 1
}
has_atomic() { # what the Node.js inside Playwright is linked with
    for library in /usr/lib/*/libatomic.so.1 /usr/lib64/libatomic.so.1 /lib/*/libatomic.so.1; do
        [ ! -e "$library" ] || return 0
    done
    return 1
}
has_firefox() { # and a screen that nobody sees: without one it has no WebGL
    command -v Xvfb >/dev/null && { command -v firefox-esr >/dev/null || command -v firefox >/dev/null; }
}
has_office() { command -v soffice >/dev/null || command -v libreoffice >/dev/null; }
has_compose() { command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1; }

# --- what is missing -----------------------------------------------------------------------------------------------

missing() { # missing AIM -> names of what is needed, one a line
    find_python >/dev/null || echo python
    if [ "$1" = api ]; then
        command -v pg_dump >/dev/null || echo pg_dump
    elif [ "$1" = test ] || [ -z "${HUASHAN_DATABASE_URL:-}" ]; then
        has_postgis || echo postgis
    fi
    has_cjk_font || echo font # crews' sheets are printed with it
    [ "$1" = test ] || return 0
    has_chromium || echo chromium
    has_firefox || echo firefox
    has_atomic || echo atomic
    has_compose || echo compose
    has_office || echo office # the server uses it where it is there; it is 48 packages, so that nobody gets it unasked
}

packages() { # names of what is needed -> Debian packages
    for need in "$@"; do
        case $need in
            python) echo python3 python3-venv ;;
            pg_dump) echo postgresql-client ;;
            postgis) postgis_packages ;;
            chromium) apt-cache pkgnames chromium | grep -x chromium-headless-shell || echo chromium ;;
            firefox) apt-cache pkgnames firefox-esr | grep -x firefox-esr && echo xvfb libegl1 libgl1 libgl1-mesa-dri libpci3 ;;
            font) echo fonts-wqy-microhei ;;
            atomic) echo libatomic1 ;;
            compose) echo docker-compose ;;
            office) echo libreoffice-writer-nogui ;;
        esac
    done
}

postgis_packages() { # beside the PostgreSQL that is there, or the newest that the distribution has
    for folder in /usr/lib/postgresql/*/bin; do
        major=$(basename "$(dirname "$folder")")
        if [ -x "$folder/initdb" ] && [ "$major" -ge 15 ]; then have=$major; fi
    done
    [ -n "${have:-}" ] || have=$(apt-cache pkgnames postgresql- | sed -n 's/^postgresql-\([0-9]*\)-postgis-3$/\1/p' | sort -n | tail -1)
    echo "postgresql-${have:-15}" "postgresql-${have:-15}-postgis-3"
}

# --- installing it -------------------------------------------------------------------------------------------------

install_system() {
    needs=$(missing "$1" | tr '\n' ' ')
    [ -n "$needs" ] || return 0
    if ! command -v apt-get >/dev/null; then cannot_install "$needs" "本机没有 apt-get"; return; fi
    if ! become_root "$needs"; then cannot_install "$needs" "没有 root 或 sudo 权限"; return; fi
    room / 1800
    say "安装系统软件:${needs}(日志 $log)… installing system packages"
    apt_get update || fail "取不到软件包列表:请检查网络或 /etc/apt 的软件源(日志 $log)。"
    no_cluster_of_its_own
    # A package whose set-up trips over a busy machine is set up at the second go; what is truly broken fails twice.
    # shellcheck disable=SC2046,SC2086
    put_in $(packages $needs) || { apt_get -f install -y && put_in $(packages $needs); } && done=yes || done=
    $as_root rm -f "$no_main_cluster"
    [ -n "$done" ] || fail "系统软件没有装成:$(last_error);日志 $log。"
    left=$(missing "$1" | grep -vx firefox | tr '\n' ' ') # not every distribution has one that is no snap
    [ -z "$left" ] || fail "装完后仍缺:${left}:这个发行版的版本可能太旧,需要 Python 3.11+、PostgreSQL 15+、PostGIS 3.3+(日志 $log)。"
}

put_in() { apt_get install -y --no-install-recommends "$@"; }

cannot_install() { # needs, why: the programs are a must, what only some tests want is not
    must=$(echo "$1" | tr ' ' '\n' | grep -E '^(python|postgis|pg_dump)$' | tr '\n' ' ')
    [ -z "$must" ] || fail "缺少 ${must}而$2:请管理员安装 python3 python3-venv postgresql(15+)与 postgis(3.3+),再运行一次。"
    say "缺少 $1而$2:用到它们的测试会跳过,缺 font 时打印不出巡查单和用地核查附图,缺 office 时用地核查只出 DOCX。"
}

become_root() {
    as_root=
    [ "$(id -u)" != 0 ] || return 0
    as_root=sudo
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null && return
    [ -t 0 ] || return 1
    say "安装 $1需要管理员权限,sudo 会询问你的密码:"
    sudo -v
}

apt_get() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any "$@" >>"$log" 2>&1 </dev/null; }

# Debian's package would make and start a cluster `main`, which nobody asked for.
no_main_cluster=/etc/postgresql-common/createcluster.d/huashan-installs.conf
no_cluster_of_its_own() {
    $as_root mkdir -p "$(dirname "$no_main_cluster")"
    echo 'create_main_cluster = false' | $as_root tee "$no_main_cluster" >/dev/null
}

service_user() {
    id huashan >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir /var/lib/huashan --no-create-home --shell /usr/sbin/nologin huashan >>"$log" 2>&1 ||
        fail "建不了系统用户 huashan(数据库和服务用它运行):日志 $log。"
    # A root file system unpacked into a private folder keeps / closed, and then nothing but root can run at all.
    case $(stat -c %A /) in
        d??????r-x) ;;
        *) say "根目录 / 只有 root 能进入,数据库无法运行:改为人人可进入(chmod go+rx /)。" && chmod go+rx / ;;
    esac
}

make_environment() {
    room "$build" 1200
    say "安装 Python 包到 $build/venv(约一分钟)… installing Python packages"
    [ "$("$build/venv/bin/python" -V 2>/dev/null)" = "$("$python" -V)" ] || "$python" -m venv --clear "$build/venv" >>"$log" 2>&1 ||
        fail "建不了 Python 虚拟环境 $build/venv:$(last_error)。"
    pip_install "$checkout/constraints.txt"
    if ! command -v npm >/dev/null && ! [ -x "$build/venv/bin/npm" ]; then pip_install "$here/npm.txt"; fi
    say "取前端资源… fetching front-end assets"
    fetch assets || fail "前端资源没有取到:$(tail -1 "$build/assets.log")"
    site=$("$build/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$checkout" >"$site/huashan.pth"
    printf '%s\n' "$checkout" >"$build/checkout"
    # Not pip's own script: its first line cannot hold a path with spaces, nor a long one.
    cat >"$build/venv/bin/huashan" <<'SCRIPT'
#!/bin/sh
bin=$(dirname "$(readlink -f "$0")")
# What was compiled for root, see compile_code.
[ "$(id -u)" != 0 ] || [ -n "$NUMBA_CACHE_DIR" ] || export NUMBA_CACHE_DIR="${bin%/venv/bin}/compiled.own"
exec "$bin/python" -P -m api.cli.app "$@"
SCRIPT
    chmod 755 "$build/venv/bin/huashan"
}

fetch() { # which pins, of which the folder in $build has the name
    PATH="$PATH:$build/venv/bin" "$build/venv/bin/python" "$here/assets.py" "$build/$1" "$1.json" 2>"$build/$1.log"
}

pip_install() { # the list names every package, so nothing has to be resolved
    "$build/venv/bin/python" -m pip --disable-pip-version-check --no-input install -q --no-deps --progress-bar off -r "$1" >>"$log" 2>&1 ||
        fail "Python 包没有装成:$(last_error);请检查网络或 pip 的镜像设置(日志 $log)。"
}

# Root keeps it in a folder of its own, and a copy for the service user, who may add to that: there root never reads.
# Anyone else keeps it beside the code. Not compiled is no failure: then the first who needs it waits.
compile_code() {
    [ -d "$checkout/geo" ] || return 0
    code=$(cat "$checkout"/geo/*/*.py "$checkout/constraints.txt" | sha256sum | cut -c1-64)-$(stat -c %i "$build/venv")
    [ "$(cat "$build/compiled-stamp" 2>/dev/null)" != "$code" ] || return 0
    say "编译计算核心(约半分钟)… compiling"
    if [ "$(id -u)" = 0 ]; then
        rm -rf "$build/compiled.own" "$build/compiled.new"
        NUMBA_CACHE_DIR="$build/compiled.own" "$build/venv/bin/python" "$here/compile.py" >>"$log" 2>&1 || return 0
        cp -R "$build/compiled.own" "$build/compiled.new"
        chown -R huashan: "$build/compiled.new"
        rm -rf "$build/compiled"
        mv "$build/compiled.new" "$build/compiled"
    else
        "$build/venv/bin/python" "$here/compile.py" >>"$log" 2>&1 || return 0
    fi
    printf %s "$code" >"$build/compiled-stamp"
}

room() { # folder, MB
    free=$(df -Pk "$1" | awk 'NR==2 {print int($4 / 1024)}')
    [ "$free" -ge "$2" ] || fail "磁盘空间不够:$1 只剩 $free MB,安装需要 $2 MB;请清理后再试。"
}

last_error() { grep -E '^(E:|ERROR|error|Error|dpkg: error|Errors were)' -A1 "$log" | tail -3 | tr '\n' ' ' || true; }
