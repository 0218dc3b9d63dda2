"""The rules for udev are well formed, and give printers, serial lines and readers what they need."""

import shutil
import subprocess
from pathlib import Path

import pytest
import udev

RULES = Path(__file__).parents[2] / "packaging" / "udev" / "70-matanai.rules"


@pytest.fixture(scope="module")
def given():
    rules = udev.parse(RULES.read_text(encoding="utf-8"))
    return lambda **device: udev.apply(rules, {"ACTION": "add", **device})


def usb_device(vendor, interfaces):
    return {
        "SUBSYSTEM": "usb",
        "KERNEL": "1-2",
        "ATTR": {"idVendor": vendor, "power/control": "auto"},
        "ENV": {"DEVTYPE": "usb_device", "ID_USB_INTERFACES": interfaces},
    }


def line(vendor="0403", serial="", interface="00", kernel="ttyUSB0"):
    path = "pci-0000_00_14_0-usb-0_2_1_0"
    env = {"ID_VENDOR_ID": vendor, "ID_PATH_TAG": path, "ID_USB_INTERFACE_NUM": interface}
    return {
        "SUBSYSTEM": "tty",
        "KERNEL": kernel,
        "ENV": env | ({"ID_SERIAL_SHORT": serial} if serial else {}),
    }


def test_udev_takes_them():
    verify = [shutil.which("udevadm") or "", "verify", "--no-summary", str(RULES)]
    if (
        not verify[0]
        or "verify" not in subprocess.run(["udevadm", "--help"], capture_output=True, text=True).stdout
    ):
        pytest.skip("no udevadm verify here")
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("vendor", "interfaces"),
    [("04b8", ":070102:"), ("1234", ":080650:070102:"), ("04b8", ":ff0000:"), ("0519", ":ff00ff:")],
)
def test_printers_are_for_the_group_lp_and_never_sleep(given, vendor, interfaces):
    found = given(**usb_device(vendor, interfaces))
    assert (found["GROUP"], found["MODE"], found["TAG"]) == ("lp", "0660", ["uaccess"])
    assert found["ATTR{power/control}"] == "on"


def test_adapters_and_readers_never_sleep_but_stay_the_systems(given):
    for device in (usb_device("1a86", ":ff0102:"), usb_device("0c2e", ":030101:")):
        found = given(**device)
        assert found["ATTR{power/control}"] == "on"
        assert "GROUP" not in found


@pytest.mark.parametrize(
    ("vendor", "interfaces"), [("1234", ":ff0000:"), ("046d", ":030102:"), ("1d6b", ":090000:")]
)
def test_what_is_none_of_ours_is_left_alone(given, vendor, interfaces):
    assert set(given(**usb_device(vendor, interfaces))) == {"ENV"}
    assert set(given(SUBSYSTEM="block", KERNEL="sda")) == {"ENV"}
    assert set(given(**usb_device("04b8", ":070102:") | {"ACTION": "remove"})) == {"ENV"}


def test_a_printer_of_the_kernels_driver_has_a_name_that_stays(given):
    lp = {"SUBSYSTEM": "usbmisc", "KERNEL": "lp3"}
    found = given(**lp, builtin={"usb_id": {"ID_SERIAL_SHORT": "X4EP000001"}})
    assert found["SYMLINK"] == ["matanai/printer-X4EP000001"]
    assert found["GROUP"] == "lp"
    assert "SYMLINK" not in given(**lp)


def test_serial_lines_have_names_that_stay(given):
    assert given(**line(serial="A10KX2QZ"))["SYMLINK"] == ["matanai/line-A10KX2QZ"]
    assert given(**line(serial="A10KX2QZ", interface="01"))["SYMLINK"] == ["matanai/line-A10KX2QZ-01"]
    found = given(**line("1a86", kernel="ttyUSB7"))
    assert found["SYMLINK"] == ["matanai/port-pci-0000_00_14_0-usb-0_2_1_0"]
    assert (found["GROUP"], found["MODE"]) == ("dialout", "0660")
    assert found["ENV"]["ID_MM_PORT_IGNORE"] == "1"


def test_a_modem_stays_a_modem(given):
    assert "ID_MM_PORT_IGNORE" not in given(**line("12d1", "0123"))["ENV"]
    assert set(given(SUBSYSTEM="tty", KERNEL="ttyS0")) == {"ENV"}


@pytest.mark.parametrize(
    "broken",
    [
        'SUBSYSTEM=="usb" MODE="0660"',
        'SUBSYSTEM="usb"',
        'GROUP=="lp"',
        'MODE="0660',
        'GROUP="lp",',
        'GOTO="nowhere"',
        'ENV=="x"',
        'SYSFS{serial}=="x"',
    ],
)
def test_the_reader_of_rules_sees_mistakes(broken):
    with pytest.raises(AssertionError):
        udev.parse(broken)
