#!/bin/sh
# Puts Matanai's services on a machine with systemd, from the checkout in /opt/matanai. As root:
#
#   packaging/install.sh server   queues, pages, printers that hang on this machine
#   packaging/install.sh agent    printers and call buttons of another machine than the server's
#   packaging/install.sh kiosk    the screen of a kiosk or of a hall
#
# Several at once, and again after each update. Settings that are there stay as they are. Nothing is started.
# DESTDIR=… puts the files below a folder instead (for packages), and makes no users.
set -eu

here=$(dirname "$(readlink -f "$0")")
root=${DESTDIR:-}

usage() {
    sed -n 's/^# \{0,1\}//; 2,9p' "$0" >&2
    exit 2
}

units() {
    for unit in "$@"; do
        install -D -m 644 "$here/systemd/$unit" "$root/etc/systemd/system/$unit"
    done
}

# settings MODE FILE TEXT: only where there are none
settings() {
    if [ ! -e "$root$2" ]; then
        mkdir -p "$(dirname "$root$2")"
        (umask 077 && printf '%s\n' "$3" >"$root$2")
        chmod "$1" "$root$2"
    fi
}

# token FILE: an empty one where there is none, and a word about it as long as it is empty
token() {
    settings 600 "$1" ""
    grep -q . "$root$1" || echo "install.sh: write the token of this machine into $1"
}

devices() {
    install -D -m 644 "$here/udev/70-matanai.rules" "$root/etc/udev/rules.d/70-matanai.rules"
}

[ $# -gt 0 ] || usage
for role in "$@"; do
    case $role in server | agent | kiosk) ;; *) usage ;; esac
done
if [ -z "$root" ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "install.sh: run it as root" >&2
        exit 1
    fi
    if [ "$here" != /opt/matanai/packaging ]; then
        echo "install.sh: the services expect the checkout in /opt/matanai, and this is ${here%/packaging}" >&2
        exit 1
    fi
    systemd-sysusers "$here/systemd/sysusers.conf"
fi

for role in "$@"; do
    case $role in
    server)
        units matanai.service
        devices
        settings 600 /etc/default/matanai \
            "# Settings of matanai.service, for example:
# only for a proxy on this machine, which does HTTPS; as it is, everybody in the network reaches it in clear
#MATANAI_HOST=127.0.0.1
#MATANAI_PORT=8080
#MATANAI_OPTIONS=--access-log"
        ;;
    agent)
        units matanai-agent.service
        devices
        settings 600 /etc/default/matanai-agent "# The address of the server.
MATANAI_SERVER=https://matanai.example"
        token /etc/matanai-agent/token
        ;;
    kiosk)
        units matanai-screen.service matanai-kiosk.service matanai-kiosk-restart.service matanai-kiosk-restart.timer
        devices
        settings 644 /etc/default/matanai-kiosk "# The page of this screen.
MATANAI_PAGE=https://matanai.example/kiosk/city-hall/kiosk1"
        settings 644 /etc/matanai-kiosk/weston.ini "$(cat "$here/kiosk/weston.ini")"
        token /etc/matanai-kiosk/token
        ;;
    esac
done

if [ -z "$root" ]; then
    systemctl daemon-reload
    if command -v udevadm >/dev/null; then
        udevadm control --reload
        udevadm trigger --action=change --subsystem-match=usb --subsystem-match=tty
    fi
fi
