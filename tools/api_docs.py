"""Writes the tables of docs/api.md: calls with their roles, problem codes with their titles. A test asks for it."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from queue_server.contract import ROUTES, Route  # noqa: E402
from queue_server.domain.refusal import CODES  # noqa: E402
from queue_server.web.problems import OURS  # noqa: E402
from queue_server.web.texts import Texts  # noqa: E402

PAGE = ROOT / "docs" / "api.md"
ORDER = ("all", "holder", "kiosk", "display", "staff", "agent", "admin")


def calls() -> str:
    """Every call: what it answers beside JSON, its query, who may."""
    return "\n".join(["| call | who |", "|---|---|", *map(_call, ROUTES)])


def _call(route: Route) -> str:
    more = ["stream"] if route.stream else []
    more += [f"`?{name}=`" for name in route.query]
    who = ", ".join(role for role in ORDER if role in route.who)
    beside = f" ({', '.join(more)})" if more else ""
    return f"| `{route.method} {route.path}`{beside} | {who} |"


def problems(codes: dict[str, int]) -> str:
    """Every code with its status and its English title."""
    texts = Texts([ROOT / "queue_server" / "web" / "locales"])
    rows = [
        f"| `{code}` | {status} | {texts.get('en', f'problem.{code}')} |" for code, status in codes.items()
    ]
    return "\n".join(["| code | status | title |", "|---|---|---|", *rows])


def page(text: str) -> str:
    """The page with its tables made anew. Raises ``ValueError`` when one of the marks is not there."""
    for name, table in (("calls", calls()), ("hall", problems(CODES)), ("request", problems(OURS))):
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split("<!-- end -->", 1)
        text = f"{before}<!-- {name} -->\n\n{table}\n\n<!-- end -->{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
