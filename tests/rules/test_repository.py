"""Rules about the repository itself. Each is a function, and a test beside it shows that it can say no."""

import ast
import io
import re
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# --- the lock files work with any mirror --------------------------------------------------------------------

ADDRESS = re.compile(r"://|^\s*--?(i|f|index-url|extra-index-url|find-links|trusted-host)\b", re.MULTILINE)
LOCKS = ("build", "runtime", "test")


def unhashed(lock: str) -> list[str]:
    """Requirements of a lock file that are not one exact version with at least one hash."""
    lines = re.sub(r"\\\n", " ", lock).splitlines()
    pinned = re.compile(r"^[a-z0-9._-]+==[^ ;]+( ; .*?)? +--hash=sha256:[0-9a-f]{64}")
    return [
        line
        for line in lines
        if line.strip() and not line.lstrip().startswith("#") and not pinned.match(line)
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_name_no_address_and_pin_everything(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert ADDRESS.findall(text) == []
    assert unhashed(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--find-links wheels",
        "-f wheels",
        "-i mirror",
        "thing @ file:///tmp/thing.whl",
        "#    make lock --extra-index-url https://mirror.example/simple",
    ],
)
def test_an_address_would_be_noticed(line):
    assert ADDRESS.search(f"# made by make lock\n{line}\n")


def test_a_loose_requirement_would_be_noticed():
    good = "jinja2==3.1.6 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via matanai\n"
    assert unhashed(good) == []
    assert unhashed(good + "segno>=1.6\n") == ["segno>=1.6"]
    assert unhashed("segno==1.6.6\n") == ["segno==1.6.6"]


@pytest.mark.parametrize("lock", ["runtime", "test"])
def test_lock_files_hold_what_pyproject_asks_for(lock):
    wanted = requirement_names(with_extras=lock == "test") - {"setuptools"}
    pinned = set(
        re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE)
    )
    assert wanted - pinned == set(), "run `make lock`"


# --- people read the catalogues' words, not the code's ------------------------------------------------------

# Kana and kanji; signs and full-width letters alone are no sentence.
JAPANESE = re.compile(
    "[々〆〇\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
EXCUSE = re.compile(r"#.*\bjapanese: \S")


def japanese_literals(source: str) -> list[int]:
    """The lines of Japanese string literals that are neither documentation nor excused.

    What is no sentence for people (a table of characters, an era's sign) may stay in the code, with a comment
    `# japanese: why` on one of the lines of its statement.
    """
    excused = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and EXCUSE.search(token.string)
    }
    lines = []

    def visit(node: ast.AST, statement: range) -> None:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.stmt):
            # Of a class or function only the first line counts, lest one comment excuse all of it.
            last = node.lineno if hasattr(node, "body") else node.end_lineno
            statement = range(node.lineno, last + 1)
        if isinstance(node, ast.Constant):
            own = range(node.lineno, node.end_lineno + 1)
            japanese = isinstance(node.value, str) and JAPANESE.search(node.value)
            if japanese and not excused & {*statement, *own}:
                lines.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            visit(child, statement)

    visit(ast.parse(source), range(0))
    return lines


@pytest.mark.parametrize("package", ["queue_server", "displays", "notifiers", "intake_link", "printers"])
def test_japanese_sentences_stand_in_catalogues(package):
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in japanese_literals(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'title = "番号札"\n',
        'title = f"{number}番"\n',
        'title = "ひらがな"\n',
        'def f(title="カタカナ"):\n    pass\n',
        'class C:  # japanese: not for the whole class\n    title = "番号札"\n',
        'titles = {"a": "\uff8a\uff9d\uff76\uff78"}\n',
    ],
)
def test_a_japanese_literal_would_be_noticed(source):
    assert len(japanese_literals(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""番号札を扱う。"""\n',
        'def f():\n    """番号札を返す。"""\n    return 1  # 番号\n',
        'ERAS = "㍻㋿"  # japanese: signs of the eras\n',
        'ERAS = {  # japanese: names of the eras\n    "平": 1989,\n    "令": 2019,\n}\n',
        'title = "number"\n',
        'ABSENT, CLOSING = "〓", "、。」！"\n',
    ],
)
def test_documentation_and_excused_tables_are_allowed(source):
    assert japanese_literals(source) == []


# --- what is written about the code is so -------------------------------------------------------------------


def missing_targets(text: str, makefile: str) -> list[str]:
    """Targets that a text tells its reader to make and that the Makefile does not have."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    named = {target for piece in code for target in re.findall(r"\bmake ([a-z][a-z-]*)", piece)}
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))
    named.discard("python")  # `apt-get install git make python3` names programs
    return sorted(named - targets)


@pytest.mark.parametrize("page", ["README.md", "README.ja.md", "docs/dependencies.md"])
def test_pages_name_only_targets_that_exist(page):
    assert missing_targets((ROOT / page).read_text(), (ROOT / "Makefile").read_text()) == []


def test_a_missing_target_would_be_noticed():
    makefile = "install: x\n\techo\nNAME := y\n"
    assert missing_targets("Run `make install`, then make sure of it.", makefile) == []
    assert missing_targets("```sh\nmake install\nmake coffee\n```", makefile) == ["coffee"]


def requirement_names(*, with_extras: bool = True) -> set[str]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*document["build-system"]["requires"], *document["project"]["dependencies"]]
    if with_extras:
        for extra in document["project"]["optional-dependencies"].values():
            wanted += extra
    return {re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower() for requirement in wanted}


def documented_names(page: str) -> set[str]:
    return set(re.findall(r"^\| `([a-z0-9._-]+)` \| [^|\s]", page, re.MULTILINE))


def test_every_dependency_earns_its_place_on_the_page():
    documented = documented_names((ROOT / "docs" / "dependencies.md").read_text())
    assert requirement_names() == documented


def test_a_dependency_without_a_reason_would_be_noticed():
    assert documented_names("| `segno` | QR codes |\n| `other` | |\nsome `thing`\n") == {"segno"}
