"""People and staff who play a hall over the HTTP API: for the demonstration, and as load for measurements."""
