"""What is installed under our names is ours alone, and a built package carries all that belongs to it."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, PathDistribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("queue_server", "displays", "printers", "buttons", "notifiers", "forecasting", "intake_link")


def intruders(installed: Iterable[Distribution]) -> list[str]:
    """Distributions other than ours that put a file under one of our top-level names."""
    found = set()
    for distribution in installed:
        if distribution.name == "matanai":
            continue
        for file in distribution.files or ():
            if file.parts[0].removesuffix(".py") in PACKAGES:
                found.add(f"{distribution.name}: {file.parts[0]}")
    return sorted(found)


def test_no_other_distribution_provides_our_names():
    assert intruders(distributions()) == []


def test_an_intruder_would_be_noticed(tmp_path):
    files = ("displays/__init__.py", "printers.py", "stranger.py", "stranger/displays.py")
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    info = tmp_path / "stranger-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    assert intruders([PathDistribution(info)]) == ["stranger: displays", "stranger: printers.py"]


@pytest.mark.parametrize("folder", ["config", "tests"])
def test_folders_that_are_no_packages_stay_so(folder):
    # Some libraries install a top-level `tests`: a package of that name would shadow it or be shadowed.
    assert [str(path) for path in (ROOT / folder).rglob("__init__.py")] == []


def test_the_build_names_exactly_our_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found = project["tool"]["setuptools"]["packages"]["find"]
    assert sorted(found["include"]) == sorted(f"{name}*" for name in PACKAGES)
    assert found["namespaces"] is False


# Files put into the copy that is built, with what becomes of them.
PLANTED = {
    "displays/planted/__init__.py": "built",
    "displays/planted/templates/deep/page.html": "built",
    "queue_server/planted/sql/0001_first.sql": "built",
    "intake_link/locales/ja/LC_MESSAGES/planted.mo": "built",
    "printers/fonts/planted.ttf": "built",
    "printers/__pycache__/planted.cpython-311.pyc": "left",
    "printers/fonts/__pycache__/planted.cpython-311.pyc": "left",
    "tests/__init__.py": "left",
    "config/planted.toml": "left",
    "planted_module.py": "left",
}
BUILD = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def copy_and_wheel(tmp_path_factory) -> tuple[set[str], set[str]]:
    """The files of a copy of our packages, and those of the package that is built from it for a release."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    copied = {
        path.relative_to(source).as_posix()
        for name in PACKAGES
        for path in (source / name).rglob("*")
        if path.is_file()
    }
    for planted in PLANTED:
        path = source / planted
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    command = [sys.executable, "-W", "ignore", "-c", BUILD, str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
        return copied, {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_a_built_package_holds_every_file_of_our_packages_and_no_other(copy_and_wheel):
    copied, built = copy_and_wheel
    assert built == copied | {name for name, fate in PLANTED.items() if fate == "built"}


def test_a_built_package_says_that_it_is_typed(copy_and_wheel):
    _, built = copy_and_wheel
    assert {f"{name}/py.typed" for name in PACKAGES} <= built
