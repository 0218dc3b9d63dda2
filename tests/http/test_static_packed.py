"""Files that a browser keeps travel compressed, to whoever can read that."""

import gzip
import re


def test_a_kept_file_is_packed_for_who_can_unpack_it(bench_server):
    page = bench_server.call("GET", "/", headers={"Accept": "text/html"})
    path = re.search(r"/static/web/[0-9a-f]+/base\.css", page.body.decode()).group()
    plain = bench_server.call("GET", path)
    packed = bench_server.call("GET", path, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["cache-control"] == plain.headers["cache-control"]
    assert packed.headers["content-type"] == plain.headers["content-type"] == "text/css; charset=utf-8"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
