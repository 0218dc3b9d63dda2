"""A printer that takes a connection and never reads: numbers are given all the same, the other printer prints."""

import shutil

import pytest

from bench import day, load
from bench.paper import Network
from bench.server import CONFIG, SITE

pytestmark = [pytest.mark.real_process, pytest.mark.xdist_group("scale")]

SECOND_KIOSK = """
[printers.kiosk2]
site = "bench"
device = "{device}"

[sites.bench.kiosks.kiosk2]
names = {{ ja = "発券機2", en = "Kiosk 2" }}
printer = "kiosk2"
"""


@pytest.fixture
def printers():
    wires = Network(hangs=True), Network()
    yield wires
    for wire in wires:
        wire.end()


def test_a_hanging_printer_stops_neither_numbers_nor_other_printers(serve, printers, tmp_path):
    hanging, well = printers
    config = tmp_path / "city"
    shutil.copytree(CONFIG, config)
    with (config / "city.toml").open("a", encoding="utf-8") as file:
        file.write(SECOND_KIOSK.format(device=well.url))
    server = serve(
        f"sqlite:///{tmp_path}/hall.db", config=config, settings=[f"printers.kiosk1.device={hanging.url}"]
    )
    token = server.token("kiosk")
    load.run(day.issuing(server, token, 100), core=None)
    for n in range(3):
        body = {"service": "service", "channel": "kiosk", "kiosk": "kiosk2"}
        status, answer = server.ask("POST", f"{SITE}/tickets", body, token)
        assert (status, answer["number"], answer["print"]["state"]) == (201, str(101 + n), "queued")
    assert well.wait(3, seconds=20)
    assert hanging.cuts == []
