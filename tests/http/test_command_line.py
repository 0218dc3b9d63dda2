"""`matanai`: what cannot work ends with one clear message, and without harm."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[2] / "config"
SERVE = ("serve", "--config", str(CONFIG / "bench"), "--port", "0", "--database")


def failed(finished, status, *parts):
    assert finished.returncode == status, finished
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    message = finished.stderr.splitlines()[-1] if status == 1 else finished.stderr
    assert message.startswith("matanai: ") or status == 2
    for part in parts:
        assert part in message, message


def test_a_second_server_on_one_file(running_server, matanai):
    server = running_server()
    failed(matanai(*SERVE, server.database), 1, "in use by another Matanai", str(server.pid), "--database")
    assert server.call("GET", "/healthz").status == 200


def test_a_port_that_is_taken(running_server, matanai, tmp_path):
    server = running_server()
    command = (*SERVE, f"sqlite:///{tmp_path}/x.db", "--port", str(server.port))
    failed(
        matanai(*command, env={"MATANAI_ADMIN_PASSWORD": "x"}), 1, f"port {server.port}", "in use", "--port"
    )


def test_a_broken_configuration_names_every_mistake(matanai, tmp_path):
    city = tmp_path / "city"
    city.mkdir()
    (city / "city.toml").write_text(
        'names = { ja = "x" }\nlanguages = ["ja"]\nlimts = {}\n'
        '[sites.staff]\nnames = { ja = "x" }\n[sites.a]\nnames = { en = "x" }\n'
    )
    for command in (("serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/x.db"), ("check",)):
        finished = matanai(*command, "--config", str(city))
        failed(finished, 2, "limts", "sites.staff", "sites.a")
        assert finished.stderr.count("city.toml: ") >= 3
    assert not (tmp_path / "x.db").exists()


def test_check(matanai):
    finished = matanai("check", "--config", str(CONFIG / "bench"))
    assert finished.returncode == 0
    assert "no mistakes" in finished.stdout
    wrong = matanai("check", "--config", str(CONFIG / "bench"), "--set", "limits.streams=none")
    failed(wrong, 2, "limits.streams")


PIN = "sites.bench.kiosks.kiosk1.staff_pin=env:NOBODY_SET_THIS"
PUBLIC = "public_url=http://queue.example.jp"


def test_notes_are_told_by_check_and_once_by_the_server_and_stop_neither(matanai, running_server):
    finished = matanai("check", "--config", str(CONFIG / "bench"), "--set", PIN)
    assert finished.returncode == 0
    assert "no mistakes" in finished.stdout
    for part in ("public_url: ", "staff_pin: ", "NOBODY_SET_THIS"):
        assert part in finished.stdout
    quiet = matanai("check", "--config", str(CONFIG / "bench"), "--set", PUBLIC)
    assert quiet.stdout == f"{CONFIG / 'bench'}: no mistakes\n"
    server = running_server("bench", "--set", PIN)
    entries = [json.loads(line) for line in server.log.read_text().splitlines()]
    told = [entry for entry in entries if entry["message"].startswith("configuration: ")]
    assert [entry["level"] for entry in told] == ["warning", "warning"]
    assert "public_url" in told[0]["message"]
    assert "NOBODY_SET_THIS" in told[1]["message"]


def test_a_database_of_a_newer_version(matanai, tmp_path):
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)")
        database.execute("INSERT INTO schema_version VALUES (9999)")
    database.close()
    failed(matanai(*SERVE, f"sqlite:///{tmp_path}/x.db"), 1, "9999", "newer")


def test_a_folder_that_cannot_be_written(matanai, tmp_path):
    (tmp_path / "file").write_text("")
    failed(matanai(*SERVE, f"sqlite:///{tmp_path}/file/x.db"), 1, f"{tmp_path}/file/x.db")


def test_an_address_that_is_no_database(matanai):
    failed(matanai(*SERVE, "mysql://localhost/x"), 1, "sqlite:///", "postgresql://")


@pytest.mark.parametrize("value", ["", "abc", "g" * 64, "ab" * 31])
def test_a_malformed_key(matanai, tmp_path, value):
    finished = matanai(*SERVE, f"sqlite:///{tmp_path}/x.db", env={"MATANAI_SECRET_KEY": value})
    failed(finished, 1, "MATANAI_SECRET_KEY", "64", "openssl rand -hex 32")
    assert value == "" or value not in finished.stderr


def test_a_damaged_key_file(matanai, tmp_path):
    (tmp_path / "x.db.key").write_text("not a key")
    failed(matanai(*SERVE, f"sqlite:///{tmp_path}/x.db"), 1, "x.db.key", "backup")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--clock", "today"),
        ("--clock", "2026-11-20T09:00"),
        ("--speed", "-1"),
        ("--metrics", "80"),
        ("--metrics", "x:99999"),
        ("--port", "99999"),
    ],
)
def test_options_that_make_no_sense(matanai, tmp_path, option, value):
    failed(matanai(*SERVE, f"sqlite:///{tmp_path}/x.db", option, value), 2, option)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_end(running_server, number):
    server = running_server("bench", "--set", PUBLIC)
    server.call(
        "POST", "/api/v1/sites/bench/tickets", {"channel": "staff", "service": "service"}, role="staff"
    )
    with socket.create_connection(("127.0.0.1", server.port)):  # an idle connection holds nothing up
        started = time.monotonic()
        assert server._end(number) == 0
        assert time.monotonic() - started < 5
    assert server.log.read_text() == ""


def test_hall_time_from_the_command_line(running_server):
    server = running_server("bench", "--clock", "2031-04-01T08:59:59+09:00", "--speed", "60")
    ticket = server.call(
        "POST", "/api/v1/sites/bench/tickets", {"channel": "staff", "service": "service"}, role="staff"
    )
    board = server.call("GET", "/api/v1/sites/bench/board").json
    assert board["day"] == "2031-04-01"
    assert ticket.status == 201
    server.stop()
    server.options[:] = []
    server.restart()  # never before the last event, although the wall clock is years behind
    assert server.call("GET", "/api/v1/sites/bench/board").json["day"] == "2031-04-01"


def test_metrics_have_an_address_of_their_own(running_server, free_port):
    server = running_server("bench", "--metrics", f"127.0.0.1:{free_port}")
    server.call(
        "POST", "/api/v1/sites/bench/tickets", {"channel": "staff", "service": "service"}, role="staff"
    )
    assert server.call("GET", "/metrics").status == 404
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    assert 'matanai_requests_total{method="POST",route="/api/v1/sites/{site}/tickets"} 1.0' in text
    assert 'matanai_waiting{service="service",site="bench"} 1.0' in text
    assert "matanai_log_writable 1.0" in text


def test_metrics_tell_of_printers_and_papers(running_server, free_port, tmp_path):
    server = running_server(
        "bench", "--metrics", f"127.0.0.1:{free_port}", "--set", f"printers.kiosk1.device=draw://{tmp_path}"
    )
    body = {"channel": "kiosk", "kiosk": "kiosk1", "service": "service"}
    assert server.call("POST", "/api/v1/sites/bench/tickets", body, role="kiosk").status == 201

    def text() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    end = time.monotonic() + 20
    while (
        'matanai_papers_total{state="sent"} 1.0' not in (told := text()) or '"kiosk1",site="bench"} 1' in told
    ):
        assert time.monotonic() < end, told
        time.sleep(0.05)
    device = 'matanai_device_state{device="kiosk1",kind="printer",site="bench",state='
    assert f'{device}"ready"}} 1.0' in told
    assert f'{device}"paper_out"}} 0.0' in told
    assert 'matanai_papers_waiting{device="kiosk1",site="bench"} 0.0' in told
    assert 'matanai_papers_total{state="confirmed"} 0.0' in told


def test_backup_and_rebuild(running_server, matanai, tmp_path):
    server = running_server()
    for _ in range(3):
        server.call(
            "POST", "/api/v1/sites/bench/tickets", {"channel": "staff", "service": "service"}, role="staff"
        )
    copy = tmp_path / "copy.db"
    assert matanai("backup", "--database", server.database, "--to", str(copy)).returncode == 0
    failed(matanai("backup", "--database", server.database, "--to", str(copy)), 1, "exists already")
    running = matanai("rebuild", "--database", server.database)
    failed(running, 1, "in use by a running Matanai", str(server.pid), "stop it first")
    server.stop()
    done = matanai("rebuild", "--database", server.database)
    assert done.returncode == 0
    assert "bench: " in done.stdout
    assert "3 tickets" in done.stdout
    failed(matanai("rebuild", "--database", server.database, "--site", "bnech"), 1, "'bnech'", "bench")


@pytest.mark.parametrize("command", [("token", "list"), ("token", "revoke", "x"), ("rebuild",)])
def test_a_misspelt_database_is_not_made(matanai, tmp_path, command):
    failed(matanai(*command, "--database", f"sqlite:///{tmp_path}/x.db"), 1, "no such database")
    assert not list(tmp_path.iterdir())


def test_starting_costs_little(running_server):
    """Byte code is compiled by the first start; heavy libraries stay away from a start."""
    running_server()
    code = (
        "import sys, queue_server.app, queue_server.cli;"
        "print(*[m for m in ('PIL', 'argon2', 'cryptography', 'prometheus_client', 'babel',"
        " 'holidays', 'jinja2', 'pandas', 'prophet', 'serial', 'usb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_logs_name_templates_and_never_what_people_sent(running_server):
    server = running_server("bench", "--access-log")
    ticket = server.call(
        "POST", "/api/v1/sites/bench/tickets", {"channel": "staff", "service": "service"}, role="staff"
    )
    token = ticket.json["token"]
    assert server.call("GET", f"/api/v1/tickets/{token}?lang=en&secret=4711").status == 200
    assert server.call("GET", "/t/unknown-token-0815").status == 404
    server.stop()
    text = server.log.read_text()
    assert '"route":"/api/v1/tickets/{token}","status":200' in text
    for word in (token, "4711", "0815", server.token("staff"), "127.0.0.1"):
        assert word not in text


def test_bytes_that_are_no_http_are_a_line_like_others(running_server):
    server = running_server("bench", "--access-log", "--set", PUBLIC)
    for sent in (b"hello\r\n\r\n", b"\x16\x03\x01 https\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(sent)
            while connection.recv(65_536):
                pass
    assert server.call("GET", "/healthz").status == 200
    server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    assert [line for line in lines if line["level"] != "info"] == []
    requests = [(line["route"], line["status"]) for line in lines if line["message"] == "request"]
    assert requests == [("", 400), ("", 400), ("/healthz", 200)]
