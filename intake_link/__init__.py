"""The one-stop interview, the departments' hand-off board and the links to other systems."""
