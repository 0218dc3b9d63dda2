"""``matanai agent``: drives the printers and call buttons that hang on this machine, for a server elsewhere."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from urllib.parse import urlsplit

MISUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of ``matanai agent``."""
    parser.add_argument(
        "--server", type=_url, required=True, metavar="URL", help="e.g. https://queue.example.lg.jp"
    )
    parser.add_argument(
        "--token",
        required=True,
        metavar="env:NAME|file:PATH|TOKEN",
        help="from `matanai token create --role agent --agent ID`; everybody on this machine sees one given as it is",
    )
    parser.epilog = (
        "What it drives stands in the server's configuration alone ([agents], and `agent` of printers and buttons). "
        "It may be started before the network is up, and waits. SSL_CERT_FILE names the certificates of a city's own "
        "authority; HTTPS_PROXY and NO_PROXY are respected."
    )


def main(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C: 0. 2 when it cannot begin."""
    from queue_server.service_manager import notifying

    from .link import Link
    from .running import run
    from .token import NoToken

    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        async with link, notifying():
            await run(link)

    _set_up_logs()
    try:
        link = Link(args.server, args.token)
    except NoToken as error:
        sys.stderr.write(f"matanai agent: {error}\n")
        return MISUSED
    try:
        asyncio.run(work())
    except asyncio.CancelledError:
        pass
    return 0


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a server, such as https://queue.example.lg.jp"
        )
    return text


class _OneLine(logging.Formatter):
    """A line a message, for the person who runs the agent; of an exception its type and where it was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        text = " ".join(record.getMessage().split())
        if record.exc_info and record.exc_info[1] is not None:
            error, trace = record.exc_info[1], record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
            text += f" ({type(error).__name__}{where})"
        return f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower()}: {text}"


def _set_up_logs() -> None:
    from queue_server.service_manager import StandardError

    handler = StandardError()
    handler.setFormatter(_OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
