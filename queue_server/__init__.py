"""The queue: core, log, HTTP server, command line."""
