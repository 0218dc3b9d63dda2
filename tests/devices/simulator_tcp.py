"""The network plug of a simulated printer (port 9100): one connection at a time, back-pressure, a cable to kick."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time

from simulator import Simulator

LOOK_S = 0.005


class TcpPlug:
    """Carries bytes between a port of 127.0.0.1 and the machine.

    The receive buffer of the system is small, as in a printer: what the machine has no room for stays with the
    sender. A machine that is off refuses connections, and resets the old one when it is on again.
    """

    def __init__(self, machine: Simulator) -> None:
        self.machine = machine
        self.connections = 0
        self._line: socket.socket | None = None
        self._listener: socket.socket | None = self._listen(0)
        assert self._listener is not None
        self.port: int = self._listener.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self._kicked = threading.Event()
        self._ending = threading.Event()
        machine.send = self._send
        self._thread = threading.Thread(target=self._serve, name="simulated-network", daemon=True)
        self._thread.start()

    def kick(self) -> None:
        """Break the connection; the machine goes on with what it has."""
        self._kicked.set()
        while self._kicked.is_set() and not self._ending.is_set():
            time.sleep(LOOK_S)

    def end(self) -> None:
        """Connecting is refused from now on."""
        self._ending.set()
        self._thread.join(5)

    @staticmethod
    def _listen(port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
        return listener

    def _serve(self) -> None:
        was_on = True
        while not self._ending.is_set():
            on = self.machine.power
            if not on and self._listener is not None:
                self._listener.close()
                self._listener = None
            elif on and self._listener is None:
                self._listener = self._listen(self.port)
            if self._kicked.is_set() or (on and not was_on):
                self._hang_up()
                self._kicked.clear()
            was_on = on
            if not on or self._listener is None:
                time.sleep(LOOK_S)
                continue
            room = min(1024, self.machine.free())
            if self._line is None:
                self._accept(self._listener)
            elif room == 0:
                self._notice_reset(self._line)
            elif select.select([self._line], [], [], LOOK_S)[0]:
                self._read(self._line, room)
        self._hang_up()
        if self._listener is not None:
            self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        if select.select([listener], [], [], LOOK_S)[0]:
            self._line, _ = listener.accept()
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1

    def _notice_reset(self, line: socket.socket) -> None:
        """A full machine reads nothing; that the other side has broken off it learns all the same."""
        poll = select.poll()
        poll.register(line, 0)
        if poll.poll(LOOK_S * 1000):
            self._hang_up()

    def _read(self, line: socket.socket, room: int) -> None:
        try:
            data = line.recv(room)
        except OSError:
            data = b""
        if data:
            self.machine.receive(data)
        else:
            self._hang_up()

    def _send(self, data: bytes) -> None:
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):  # whoever asked has gone
                line.send(data, socket.MSG_DONTWAIT)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
