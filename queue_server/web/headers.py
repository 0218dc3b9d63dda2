"""Headers of every page and file: what a browser may load, and that nothing about a visitor leaks or stays."""

from __future__ import annotations

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

PAGE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
"""On every page. Pages show live numbers, and many have a token in their address: none is stored."""

FRAMED = PAGE | {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
}
"""On the one page that other sites may show in a frame: it takes no input and tells nothing that is not public."""

SHOWS_OURS = PAGE | {"Content-Security-Policy": CONTENT_SECURITY_POLICY + "; frame-src 'self'"}
"""On a page that shows one of ours in a frame."""

FILE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""On every static file."""
FOREVER = "public, max-age=31536000, immutable"
AGAIN = "no-cache"
