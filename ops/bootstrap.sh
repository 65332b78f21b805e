# Sourced by bin/up and bin/test: Debian packages and the Python virtual environment, with nothing but coreutils and apt.
# Both are seconds when there is nothing to do.

# As ops/console.py shows it: what is under way, then its mark and how long it took.
begin() { step=$1 began=$SECONDS; printf '  · %s …\n' "$step"; }
finish() { printf '  ✓ %-44s %6d s\n' "$step" $((SECONDS - began)); }
fail() { printf '\n  Heatwake could not be set up.\n  %s\n' "$1" >&2; exit 1; }

# Installs those of the named packages that are missing. Their services are not started: Heatwake runs its own.
need_packages() {
    local missing=() package
    for package in "$@"; do
        # An alternative is written a|b: any of them will do, the first is installed.
        local found=
        for choice in ${package//|/ }; do
            if [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$choice" 2>/dev/null)" = "ii " ]; then found=1; fi
        done
        [ -n "$found" ] || missing+=("${package%%|*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "These are missing, and this is no Debian or Ubuntu: ${missing[*]}"
    [ "$(id -u)" = 0 ] || fail "These Debian packages are missing: run  sudo apt-get install --no-install-recommends ${missing[*]}"
    printf '    %s\n' "${missing[*]}"
    begin "Debian packages"
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        made=1
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    local log
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "apt-get could not install: ${missing[*]}. Its whole output is in $log; it needs the network and Debian's mirrors."
    fi
    rm -f "$log"
    if [ -n "$made" ]; then rm -f "$policy"; trap - EXIT; fi
    # Nor are they to start with the machine: only those that came just now, never one that was there before.
    if [ -d /run/systemd/system ]; then
        for package in postgresql redis-server memcached nginx pgbouncer prometheus; do
            case " ${missing[*]} " in *" $package "*) systemctl disable --quiet "$package" 2>/dev/null || true ;; esac
        done
    fi
    finish
}

# Makes .venv from requirements.lock; every package must have the hash that the lock names.
need_virtualenv() {
    local venv=$ROOT/.venv stamp python wanted
    stamp=$venv/.heatwake-lock
    wanted=$(cat "$ROOT/requirements.lock" "$ROOT/pyproject.toml" | sha256sum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    # Two commands that start at once would write over each other.
    exec 9<"$ROOT"
    flock 9
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        begin "Python packages (requirements.lock)"
        for python in /usr/bin/python3.11 /usr/bin/python3 python3; do
            "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
            python=
        done
        [ -n "$python" ] || fail "Python 3.11 or newer is needed."
        [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || fail "The virtual environment $venv could not be made."
        local log
        log=$(mktemp)
        if ! { "$venv/bin/python" -m pip install --disable-pip-version-check --require-hashes -r "$ROOT/requirements.lock" &&
            "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e "$ROOT"; } >"$log" 2>&1; then
            tail -n 15 "$log" >&2
            fail "pip could not install requirements.lock. Its whole output is in $log; it needs the network and a package index."
        fi
        rm -f "$log"
        printf '%s\n' "$wanted" >"$stamp"
        finish
    fi
    flock -u 9
    exec 9<&-
}

# What a running stack needs. Never the package `luajit`: it takes nginx's Lua module away without a word.
STACK_PACKAGES=(python3 python3-venv postgresql redis-server memcached nginx libnginx-mod-http-lua lua-resty-core
    lua-resty-lrucache lua-cjson ca-certificates "chromium|chromium-browser|google-chrome-stable")
command -v node >/dev/null && command -v npm >/dev/null || STACK_PACKAGES+=(nodejs npm)
command -v rustc >/dev/null || STACK_PACKAGES+=(rustc)

# What the full shape needs beside that. Java and Go are fetched as Python packages where the machine's are too old:
# ops/java.py, ops/golang.py.
FULL_PACKAGES=(pgbouncer prometheus)
command -v mvn >/dev/null || FULL_PACKAGES+=(maven)
