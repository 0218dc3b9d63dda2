"""Tickets on paper: layout, ESC/POS, devices, spool and the state of each printer.

The way of a ticket through this room, one file a step::

    ticket.py    what stands on the paper, already worded in the holder's language (pure data)
      |
    wording.py   words it from the catalogues; printing.py connects this room with the log, agents.py with machines
      |          that have printers of their own; table.py is what both see of the log's deliveries
    jobs.py      the delivery: which paper goes to which printer until when (pure planning)
      |
    spool.py     takes what is due and hands it out; never prints twice by itself
      |
    worker.py    one bounded queue a printer and its state: a hung printer blocks nobody
      |
    hand.py      the thread: prints, waits for the printer's word that it is done (ending.py), listens in between;
      |          guard.py sees when it hangs, tasks.py is what it is given and gives back
    printer.py   one configured printer: asks and hears how it is, sends, mends
      |  \\
      |   `-- status.py                                    bytes from the printer -> how it is, and that it is done
      |       encoding.py, text.py, escpos.py, kanji.py    paper -> bytes, as text or as a picture
      |       raster.py (layout.py, fonts.py, wrap.py, qr.py), bands.py
      |
    queue_server.devices    addresses and the kinds of devices, each loaded when first opened

``settings.py`` holds what a printer needs to print, layout and logo with it; ``status.py`` what a printer says of
itself; ``preview.py`` draws a sample for whoever edits a layout.

Three rules run through all of it. Nothing here knows a word of any language: sentences come in as
data. Pillow, segno, pyserial and pyusb are imported when the first device that needs them is opened, in that
device's thread, so the server starts without them. Every wait has an end.
"""
