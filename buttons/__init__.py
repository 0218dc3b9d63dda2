"""Call buttons, lamps and number panels at the counters: bytes on a line, commands and numbers on the other side.

The way of a press through this room, one file a step, and back to the panel::

    presses.py   bytes and times -> presses: debounce, long press (pure)
      |
    line.py      one thread a line: opens it, reads, writes what is shown, opens it again (server and agent alike)
      |
    pressing.py  a press -> the same command as the page's, once, or never
      |
    showing.py   what a counter shows (pure) -> bytes by the city's templates; following.py keeps it true

``settings.py`` holds what a line needs of the configuration, ``calling.py`` puts the room together for the server,
``agents.py`` takes the presses of lines that hang on an agent's machine, ``watch.py`` helps to find the bytes that a
box sends.
"""
