"""Printers in the configuration: addresses, settings, and nothing loaded before it is needed."""

import subprocess
import sys

import pytest

from printers.printer import Printer
from printers.settings import PrinterSettings
from queue_server.devices import AddressError, parse_address


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "no kind"),
        ("192.168.0.5:9100", "no kind"),
        ("printer:9100", "no known kind"),
        ("http://printer", "no known kind"),
        ("tcp://", "no host"),
        ("tcp://host:99999", "the port is not a number from 1 to 65535"),
        ("tcp://host:0", "the port is not a number"),
        ("tcp://host:fast", "the port is not a number"),
        ("tcp://kiosk printer:9100", "'kiosk printer' is no name"),
        ("tcp://\uff11\uff19\uff12.0.2.1", "is no name"),
        ("tcp://-host", "'-host' is no name"),
        ("tcp://192.0.2.300", "'192.0.2.300' is no address"),
        ("tcp://192.0.2", "'192.0.2' is no address"),
        ("tcp://[2001:db8::g]", "does not appear"),
        ("tcp://host/queue", "more than a host and a port"),
        ("tcp://me@host", "more than a host and a port"),
        ("tcp://host?timeout=long", "timeout='long' is not a number"),
        ("tcp://host?timeout=nan", "not between"),
        ("tcp://host?baud=9600", "unknown option 'baud'"),
        ("tcp://host?timeout=0", "not between"),
        ("tcp://host?keep=yes", "neither 0 nor 1"),
        ("serial://ttyUSB0", "no path"),
        ("serial:///", "no path"),
        ("serial:///dev/ttyS0?flow=rts", "none of"),
        ("serial:///dev/ttyS0?baud=fast", "baud='fast' is none of 300, 600, 1200"),
        ("serial:///dev/ttyS0?baud=9601", "baud='9601' is none of"),
        ("usb://04b8", "four hex digits"),
        ("usb://04b8:e28", "four hex digits"),
        ("usb://04b8:0e28?in=first", "in='first' is not a number"),
        ("usb://04b8:0e28?in=0x02", "not between"),
        ("usb://04b8:0e28?out=0x82", "not between"),
        ("draw://tickets/today", "no path"),
        ("draw:///", "no path"),
    ],
)
def test_a_bad_address_names_key_fault_and_remedy(url, what):
    with pytest.raises(AddressError) as error:
        parse_address(url, "printers.kiosk1.device")
    message = str(error.value)
    assert message.startswith("printers.kiosk1.device: ")
    assert what in message
    assert "write tcp://host:9100" in message


def test_good_addresses():
    tcp = parse_address("tcp://printer.local?timeout=2&keep=0")
    assert (tcp.host, tcp.port, tcp.timeout_s, tcp.keep) == ("printer.local", 9100, 2.0, False)
    assert parse_address("tcp://192.0.2.11:4001/").port == 4001
    assert parse_address("tcp://[2001:db8::1]").host == "2001:db8::1"
    line = parse_address("serial:///dev/ttyUSB0?baud=19200&flow=xonxoff")
    assert (line.path, line.baud, line.flow) == ("/dev/ttyUSB0", 19200, "xonxoff")
    usb = parse_address("usb://04b8:0E28/X4EP%20007?in=0x81&out=2")
    assert (usb.vendor, usb.product, usb.serial) == (0x04B8, 0x0E28, "X4EP 007")
    assert (usb.in_endpoint, usb.out_endpoint) == (0x81, 2)
    assert parse_address("usb://04b8:0e28").serial == ""
    assert parse_address("draw://./var/tickets").path == "./var/tickets"
    assert parse_address("file:///tmp/a%20b").path == "/tmp/a b"
    assert parse_address("none:").kind == "none"


def test_a_printer_with_an_address_that_cannot_work():
    with pytest.raises(AddressError, match=r"^printers\.kiosk1\.device"):
        Printer("kiosk1", PrinterSettings(device="nowhere"))
    assert PrinterSettings(device="none:", model="TM-T88V").size() == (512, 180)
    assert PrinterSettings(device="none:", model="TM-T88V", width=420).size() == (420, 180)


def test_nothing_heavy_is_loaded_before_a_device_is_opened():
    code = (
        "import sys, printers.spool, printers.settings, printers.printer;"
        "printers.printer.Printer('k', printers.settings.PrinterSettings(device='tcp://h'));"
        "sys.exit(' '.join({'PIL','serial','segno','usb'} & set(sys.modules)) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
