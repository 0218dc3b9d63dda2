"""Call buttons, lamps and number panels at the counters: bytes on a line, commands and numbers on the other side."""
