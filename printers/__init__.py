"""Tickets on paper: layout, ESC/POS, devices, spool and the state of each printer.

The way of a ticket through this room, one file a step::

    ticket.py    what stands on the paper, already worded in the holder's language (pure data)
      |
    wording.py   words it from the catalogues; printing.py connects this room with the log, agents.py with devices
      |          that fetch their jobs
    jobs.py      the delivery: which paper goes to which printer until when (pure planning)
      |
    spool.py     takes what is due from the log's table and hands it out; never prints twice by itself
      |
    worker.py    one thread and one bounded queue a printer: a hung printer blocks nobody
      |
    printer.py   one configured printer: asks for its state, sends
      |  \\
      |   `-- encoding.py   chooses picture or text
      |         layout.py, raster.py (fonts.py, wrap.py, qr.py)    paper -> blocks -> picture of black dots
      |         text.py (wrap.py, kanji.py)                        paper -> rows of the printer's own characters
      |         bands.py, escpos.py                                picture or rows -> ESC/POS bytes
      |
    queue_server.devices    addresses (tcp: serial: file: usb: draw: none:), what every device can do, and the
                            kinds, each loaded when first opened

``settings.py`` holds what a printer needs to print, layout and logo with it; ``status.py`` what a printer says of
itself; ``preview.py`` draws a sample for whoever edits a layout.

Three rules run through all of it. Nothing here knows a word of any language: sentences come in as
data. Pillow, segno, pyserial and pyusb are imported when the first device that needs them is opened, in that
device's thread, so the server starts without them. Every wait has an end.
"""
