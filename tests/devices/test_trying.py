"""`matanai ticket print`: a sample on a real printer, what the printer answers, and who is in the way."""

import subprocess
import sys
from pathlib import Path

import pytest
import reading
from scene import is_reissue
from simulator import Simulator
from simulator_pty import PtyPlug
from simulator_tcp import TcpPlug

from queue_server import cli

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "config" / "aobahama")


@pytest.fixture
def machine():
    made = Simulator()
    yield made
    made.end()


@pytest.fixture
def network(machine):
    plug = TcpPlug(machine)
    yield f"{plug.url}?timeout=1"
    plug.end()


@pytest.fixture
def line(machine, tmp_path):
    plug = PtyPlug(machine, tmp_path)
    yield f"{plug.url}?baud=115200&flow=xonxoff&timeout=1"
    plug.end()


@pytest.fixture
def tried(capfd):
    """Runs the command: (exit code, lines)."""

    def run(device, *options, printer="kiosk1"):
        code = cli.main(["ticket", "print", "--config", SAMPLE, "--printer", printer, *device, *options])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return code, [line.removeprefix(f"{printer}: ") for line in (out + err).splitlines()]

    return run


def test_a_sample_that_says_so_and_a_printer_that_confirms_it(tried, machine, network):
    code, said = tried(["--set", f"printers.kiosk1.device={network}"], "--lang", "vi")
    assert (code, said) == (0, [network, "ready", "printed, as the printer has confirmed"])
    (paper,) = machine.papers
    assert paper.whole
    assert is_reissue(paper), "the mark at its top"
    assert [code.rpartition("/t/")[2] for code in reading.qr_codes(paper.picture())] == [
        "sample-sample-sample-1"
    ]


def test_on_a_serial_line_in_the_printers_own_characters(tried, machine, line, texts):
    code, said = tried(["--device", line], "--set", "printers.kiosk1.model=TM-T88VII")
    assert (code, said[1:]) == (0, ["ready", "printed, as the printer has confirmed"])
    assert said[0].endswith(" TM-T88VII")
    (paper,) = machine.papers
    top = [piece for line in paper.lines for piece in line if piece.inverse]
    assert [piece.text.strip() for piece in top] == [texts["sample"]]
    assert texts["sample"] in paper.text[1:], "and over the number"


def test_paper_near_its_end_and_at_it(tried, machine, network):
    machine.new_roll(3000)
    assert tried(["--device", network])[1][1] == "ready, and its paper is near the end"
    machine.new_roll(400)
    code, said = tried(["--device", network])
    assert code == 1
    assert said[-2:] == [
        "out of paper",
        "sent in part or as a whole, and the printer does not confirm it: look at the paper (paper_out)",
    ]


def test_no_paper_is_begun_on_a_printer_in_trouble(tried, machine, network):
    machine.open_cover()
    code, said = tried(["--device", network])
    assert (code, said[1:]) == (1, ["its cover is open", "not printed"])
    assert machine.in_slot is None


def test_one_that_never_answers(tried, machine, network):
    machine.silent = True
    code, said = tried(["--device", network])
    assert code == 0
    assert said[1] == "does not tell how it is (no_answer)"
    assert "speaks with one program at a time" in said[2]
    assert said[3:] == ["sent; this printer does not tell whether it has printed: look at the paper"]
    assert machine.wait_papers(1)


def test_a_line_that_another_program_holds(tried, machine, line, tmp_path):
    """As a running server holds it."""
    script = (
        "import sys; from queue_server.devices import open_device, parse_address; "
        "held = open_device(parse_address(sys.argv[1])); held.open(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        code, said = tried(["--device", line])
        holder.stdin.close()
    assert code == 1
    assert said[1].startswith("does not work (busy)")
    assert said[2].startswith("another program holds it: stop the server or the agent")
    assert said[3:] == ["not printed"]
    assert machine.received == 0


@pytest.mark.parametrize(
    ("device", "options", "code", "parts"),
    [
        ("tcp://127.0.0.1:9", (), 1, ("(unreachable)", "one program at a time", "not printed")),
        ("serial:///dev/matanai/none", (), 1, ("not there (unplugged)", "not printed")),
        ("tpc://127.0.0.1", (), 2, ("--device: no known kind of device",)),
        ("none:", (), 2, ("no printer",)),
        ("tcp://127.0.0.1:9", ("--lang", "vie"), 2, ("did you mean 'vi'?",)),
    ],
)
def test_what_cannot_be(tried, device, options, code, parts):
    ended, said = tried(["--device", device], *options)
    assert ended == code
    for part in parts:
        assert part in "\n".join(said)


def test_a_printer_of_another_machine_is_tried_there(tried, machine, network):
    agent = ("--set", "printers.kiosk1.agent=branch", "--set", "agents.branch.site=city-hall")
    code, said = tried([], *agent)
    assert code == 2
    assert "hangs on the machine of agent 'branch'" in said[0]
    assert tried(["--device", network], *agent)[0] == 0
    assert len(machine.papers) == 1


@pytest.mark.real_process
@pytest.mark.parametrize("baud", [0, 115_200], ids=["network", "serial"])
def test_beside_a_server_that_drives_the_printer(hall, tried, baud):
    """It says who is in the way, and the server's papers are whole."""
    scene, machine, plug = hall(serial=baud)
    code, said = tried(["--device", f"{plug.url}?timeout=1" + "&flow=xonxoff" * bool(baud)])
    assert code == 1
    assert ("another program holds it" if baud else "speaks with one program at a time") in said[2]
    (number,) = scene.issue(1)
    scene.wait(lambda: scene.states(number) == ["confirmed"], "the server prints as before")
    scene.judge()
    assert len(machine.papers) == 1
