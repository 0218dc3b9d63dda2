"""The services as they are shipped: systemd understands them, and what they call is there."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from queue_server import cli

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
UNITS = sorted((PACKAGING / "systemd").glob("matanai*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
SCRIPTS = sorted(PACKAGING.rglob("*.sh"))
PLACE = "/opt/matanai"
"""Where the services expect the checkout."""


class Unit:
    """A unit file: ``unit["Service", "User"]`` is the list of that key's values."""

    def __init__(self, path: Path) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        section = ""
        for line in path.read_text().splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                key, _, value = line.partition("=")
                self._values.setdefault((section, key), []).append(value)

    def __getitem__(self, key: tuple[str, str]) -> list[str]:
        return self._values.get(key, [])

    def command(self, **env: str) -> list[str]:
        """``ExecStart`` as systemd would call it: of ``Environment``, and of what ``env`` adds."""
        for line in self["Service", "Environment"]:
            env = {**dict(part.split("=", 1) for part in line.split()), **env}
        words: list[str] = []
        for word in shlex.split(self["Service", "ExecStart"][0]):
            if re.fullmatch(r"\$\w+", word):
                words += env.get(word[1:], "").split()
            else:
                words.append(re.sub(r"\$\{(\w+)\}", lambda found: env[found[1]], word))
        return words


def unit(name: str) -> Unit:
    return Unit(PACKAGING / "systemd" / name)


def install(folder: Path) -> str:
    """Install every role into a folder; what it says."""
    return subprocess.run(
        [PACKAGING / "install.sh", "server", "agent", "kiosk"],
        env={**os.environ, "DESTDIR": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder into which every role was installed."""
    install(tmp_path)
    return tmp_path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    programs = {f"{PLACE}/.venv/bin/matanai", "/usr/bin/weston", "/usr/bin/systemctl", "/usr/bin/python3"}
    for path in UNITS:
        text = path.read_text()
        for program in programs:  # which of them this machine has is not the question
            text = text.replace(f"={program} ", "=/bin/sh ")
        (tmp_path / path.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / path.name for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd is not here")
def test_systemd_makes_the_users(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    made = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", "-"],
        input=(PACKAGING / "systemd" / "sysusers.conf").read_text(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    users = {
        line.split(":")[0]: line.split(":")[5] for line in (tmp_path / "etc/passwd").read_text().splitlines()
    }
    # the browser's certificates and the server's database lie there
    assert users["matanai"] == "/var/lib/matanai"
    assert users["matanai-kiosk"] == "/var/lib/matanai-kiosk"
    assert "matanai-agent" in users


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(path: Path) -> None:
    subprocess.run(["sh", "-n", path], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", path], check=True)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_long_running_services_come_back_by_themselves_and_are_watched(path: Path) -> None:
    service = Unit(path)
    if service["Service", "Type"] == ["oneshot"]:
        return
    assert service["Service", "Type"] == ["notify"]
    assert service["Service", "Restart"] == ["always"]
    assert service["Unit", "StartLimitIntervalSec"] == ["0"], "systemd would give it up"
    assert service["Service", "WatchdogSec"]
    # a session's children cannot speak for the service: man systemd.exec, PAMName
    assert not (service["Service", "PAMName"] and service["Service", "NotifyAccess"])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_no_service_shuts_out_the_devices(path: Path) -> None:
    """Before version 252 systemd's ProtectClock= allows the clock's device and thereby no other one."""
    assert not Unit(path)["Service", "ProtectClock"]
    assert not Unit(path)["Service", "PrivateDevices"]


def test_install_puts_everything_there_that_the_services_name(installed: Path) -> None:
    users = re.findall(r"^u (\S+)", (PACKAGING / "systemd" / "sysusers.conf").read_text(), re.MULTILINE)
    for path in UNITS:
        assert (installed / "etc/systemd/system" / path.name).read_text() == path.read_text()
        service = Unit(path)
        assert set(service["Service", "User"]) <= set(users)
        needed = [name for name in service["Service", "EnvironmentFile"] if not name.startswith("-")]
        needed += [value.split(":", 1)[1] for value in service["Service", "LoadCredential"]]
        needed += re.findall(r"--config=(\S+)", " ".join(service["Service", "ExecStart"]))
        for name in needed:
            assert (installed / name.lstrip("/")).is_file(), f"{path.name} needs {name}"
        for program in re.findall(rf"{PLACE}/(packaging/\S+)", " ".join(service["Service", "ExecStart"])):
            assert (ROOT / program).is_file()
    assert (installed / "etc/udev/rules.d/70-matanai.rules").is_file()


def test_install_shows_tokens_to_nobody_and_keeps_settings(installed: Path) -> None:
    tokens = sorted(installed.rglob("token"))
    assert [path.parent.name for path in tokens] == ["matanai-agent", "matanai-kiosk"]
    for path in tokens:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line.rpartition(" ")[2] for line in install(installed).splitlines()] == [
        "/etc/matanai-agent/token",
        "/etc/matanai-kiosk/token",
    ], "they are still empty"
    settings = [*tokens, *(installed / "etc/default").iterdir(), *installed.rglob("weston.ini")]
    for path in settings:
        path.write_text("ours\n")
    assert install(installed) == ""
    assert [path.read_text() for path in settings] == ["ours\n"] * len(settings)


@pytest.mark.parametrize("arguments", [[], ["printer"], ["server", "--help"]])
def test_install_tells_what_it_can_do(arguments: list[str], tmp_path: Path) -> None:
    env = {**os.environ, "DESTDIR": str(tmp_path)}
    told = subprocess.run(
        [PACKAGING / "install.sh", *arguments], env=env, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    for role in ("server", "agent", "kiosk"):
        assert f"install.sh {role} " in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_server_is_called_as_its_command_line_wants_it() -> None:
    program, *arguments = unit("matanai.service").command(
        MATANAI_OPTIONS="--access-log --set limits.streams=9"
    )
    assert program == f"{PLACE}/.venv/bin/matanai"
    options = cli._parser().parse_args(arguments)
    assert options.database == "sqlite:////var/lib/matanai/matanai.db"
    assert unit("matanai.service")["Service", "StateDirectory"] == ["matanai"]
    assert (options.config, options.host, options.port) == (Path("/etc/matanai"), "0.0.0.0", 8080)
    assert (options.access_log, options.set) == (True, ["limits.streams=9"])


def test_the_keeper_is_called_as_it_wants_it(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("mt_token")
    flags = tmp_path / "flags"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{shlex.quote(str(flags))}\n')
    browser.chmod(0o755)
    command = unit("matanai-kiosk.service").command(
        CREDENTIALS_DIRECTORY=str(tmp_path),
        MATANAI_BROWSER=str(browser),
        MATANAI_PAGE="http://hall.example/kiosk/city-hall/kiosk1",
        MATANAI_BROWSER_FLAGS="--force-device-scale-factor=1.5 --other",
    )
    assert command[0] == "/usr/bin/python3"
    ended = subprocess.run(
        [sys.executable, *(word.replace(PLACE, str(ROOT)) for word in command[1:])],
        env={**os.environ, "WAYLAND_DISPLAY": "matanai"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "has ended" in ended.stdout) == (1, True), ended.stderr
    given = flags.read_text().splitlines()
    assert "--ozone-platform=wayland" in given
    assert given[-3:-1] == ["--force-device-scale-factor=1.5", "--other"]


def test_screen_and_page_meet_at_one_socket() -> None:
    name = re.search(r"--socket=(\S+)", unit("matanai-screen.service")["Service", "ExecStart"][0])
    assert name is not None
    page = " ".join(unit("matanai-kiosk.service")["Service", "Environment"])
    assert f"WAYLAND_DISPLAY={name[1]}" in page.split()
    users = [unit(f"matanai-{each}.service")["Service", "User"] for each in ("screen", "kiosk")]
    assert users[0] == users[1]


def test_the_screen_never_sleeps() -> None:
    found = ConfigParser(interpolation=None)
    found.read(PACKAGING / "kiosk" / "weston.ini")
    assert found["core"]["idle-time"] == "0"
    assert found["core"]["require-input"] == "false"
    assert found["shell"]["locking"] == "false"


def test_the_agent_is_called_as_its_command_line_wants_it() -> None:
    from queue_server import agent

    parser = argparse.ArgumentParser()
    agent.add_arguments(parser)
    program, name, *arguments = unit("matanai-agent.service").command(
        CREDENTIALS_DIRECTORY="/run/credentials/matanai-agent.service",
        MATANAI_SERVER="http://hall.example:8080",
    )
    assert (program, name) == (f"{PLACE}/.venv/bin/matanai", "agent")
    options = parser.parse_args(arguments)
    assert options.server == "http://hall.example:8080"
