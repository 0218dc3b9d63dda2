"""USB printers through python-escpos, as far as it can be tried without one."""

import pytest

from queue_server.devices import DeviceError, WriteFailed, parse_address
from queue_server.devices.usb import UsbDevice


class FakeUsb:
    """As much of python-escpos' Usb class as is used."""

    usable = True
    broken_after = 10**9

    def __init__(self, vendor, product, timeout, in_ep, out_ep):
        self.timeout, self.got = timeout, b""
        self.device = self

    @classmethod
    def is_usable(cls):
        return cls.usable

    def open(self):
        assert self.timeout > 0, "0 would wait for ever"

    def close(self):
        pass

    def write(self, endpoint, data, timeout):
        if len(self.got) >= self.broken_after:
            raise TimeoutError(110, "timed out")
        self.got += data[:100]  # short writes happen
        return len(data[:100])

    def read(self, endpoint, count, timeout):
        return b"\x12" * count


@pytest.fixture
def usb(monkeypatch):
    import escpos.printer

    monkeypatch.setattr(escpos.printer, "Usb", FakeUsb)
    monkeypatch.setattr(FakeUsb, "usable", True)
    return UsbDevice(parse_address("usb://04b8:0e28"))


def test_short_usb_writes_are_completed(usb):
    usb.open()
    usb.write(bytes(range(250)) * 4, "job")
    assert usb._printer.got == bytes(range(250)) * 4
    assert usb.ask(b"?", 4, 0.1) == b"\x12" * 4
    usb.close()


def test_a_usb_time_out_tells_that_bytes_went_out(usb, monkeypatch):
    for after in (0, 300):  # the first piece too may have gone in part
        monkeypatch.setattr(FakeUsb, "broken_after", after)
        usb.open()
        with pytest.raises(WriteFailed, match="timeout") as error:
            usb.write(b"x" * 1000, "job")
        assert error.value.written > 0
        usb.close()


def test_usb_without_its_driver_names_the_remedy(usb, monkeypatch):
    monkeypatch.setattr(FakeUsb, "usable", False)
    with pytest.raises(DeviceError, match=r"python-escpos\[usb\]"):
        usb.open()
