#!/usr/bin/env bash
# Sees to it that the programs and fonts that pip cannot bring are on this machine.
#
#   tools/system_packages.sh [--optional] chromium fonts postgresql
#
# Where something is missing, on Debian and Ubuntu, as root or with a sudo that asks nothing, it is installed.
# Otherwise one message says what is missing and how to get it, and the exit code is 1 (0 with --optional).
# MATANAI_CHROMIUM=/path/to/chrome names a Chromium or Chrome that lies elsewhere.
set -euo pipefail

optional=no
if [ "${1:-}" = --optional ]; then
    optional=yes
    shift
fi

has_chromium() {
    local name
    for name in ${MATANAI_CHROMIUM:+"$MATANAI_CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
        # Asked for its version, because Ubuntu's chromium-browser may be a stub that only points to the snap.
        if command -v "$name" >/dev/null 2>&1 && "$name" --version 2>/dev/null | grep -q '[0-9]\.[0-9]'; then
            return 0
        fi
    done
    return 1
}

has_font() { # a part of the font file's name
    local folders=() folder
    for folder in /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts"; do
        [ ! -d "$folder" ] || folders+=("$folder")
    done
    [ ${#folders[@]} -gt 0 ] && [ -n "$(find -L "${folders[@]}" -iname "*$1*" -print -quit 2>/dev/null)" ]
}

has_postgresql() { # the server's own programs; Debian keeps them off the PATH
    local bin
    for bin in $(dirname "$(command -v initdb || echo /none/initdb)") /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
            return 0
        fi
    done
    return 1
}

missing=()
find_missing() {
    missing=()
    local group
    for group in "$@"; do
        case $group in
            chromium) has_chromium || missing+=(chromium) ;;
            fonts)
                has_font BIZUDPGothic || missing+=(fonts-morisawa-bizud-gothic)
                has_font NotoSansCJK || missing+=(fonts-noto-cjk)
                ;;
            postgresql) has_postgresql || missing+=(postgresql) ;;
            *)
                echo "system_packages.sh: unknown group: $group" >&2
                exit 2
                ;;
        esac
    done
}

# What apt can bring of what is missing. Ubuntu's packages named chromium only point to a snap.
installable=()
find_installable() {
    installable=()
    local package
    for package in "${missing[@]}"; do
        if [ "$package" != chromium ] || ! is_ubuntu; then installable+=("$package"); fi
    done
}

give_up() { # reason, log file
    find_installable
    {
        echo "Missing on this machine: ${missing[*]} ($1)"
        [ -z "${2:-}" ] || tail -n 5 "$2"
        if [ ${#installable[@]} -lt ${#missing[@]} ]; then
            echo "  Ubuntu has Chromium only as a snap, which the tests cannot drive. Install Google Chrome, or a Chromium"
            echo "  from elsewhere; if it is not on the PATH, name it: MATANAI_CHROMIUM=/path/to/chrome"
        fi
        if ! command -v apt-get >/dev/null 2>&1; then
            echo "  Install them with this system's package manager (the names above are Debian's): Chromium, the fonts"
            echo "  BIZ UDPGothic and Noto Sans CJK, the PostgreSQL server."
        elif [ ${#installable[@]} -gt 0 ]; then
            echo "  Install with:  sudo apt-get install --no-install-recommends ${installable[*]}"
        fi
    } >&2
    [ "$optional" = yes ] || exit 1
    exit 0
}

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

find_missing "$@"
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null 2>&1 || give_up "no apt-get here"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || give_up "installing needs root"
    as_root=(sudo -n)
fi

find_installable
if [ ${#installable[@]} -gt 0 ]; then
    echo "Installing ${installable[*]}"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }
    # A repository that is away need not matter: the install says whether it did.
    apt update </dev/null >"$log" 2>&1 || true
    apt install -y --no-install-recommends "${installable[@]}" </dev/null >"$log" 2>&1 ||
        give_up "the installation failed" "$log"
fi

find_missing "$@"
[ ${#missing[@]} -eq 0 ] || give_up "not found after installing"
