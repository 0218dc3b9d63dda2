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

FILE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""On every static file."""
FOREVER = "public, max-age=31536000, immutable"
AGAIN = "no-cache"
