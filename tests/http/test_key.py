"""A database belongs to the key that it began with."""

import pytest

pytestmark = pytest.mark.real_process

OTHER = {"MATANAI_SECRET_KEY": "5e" * 32}


def test_a_database_with_another_key_is_refused(running_server):
    server = running_server("bench")
    issued = server.call(
        "POST", "/api/v1/sites/bench/tickets", {"service": "service", "channel": "staff"}, role="staff"
    ).json
    server.stop()
    own = dict(server.env)
    server.said.clear()
    server.env.update(OTHER)
    with pytest.raises(AssertionError, match="written with another secret key"):
        server.start()
    server.stop()
    server.env.clear()
    server.env.update(own)
    server.start()
    assert server.call("GET", f"/api/v1/tickets/{issued['token']}").json["number"] == issued["number"]
