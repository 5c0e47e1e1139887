"""SHA-256 without `hashlib`, whose import loads OpenSSL: a third of the time that Python needs to start."""

from __future__ import annotations

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # Python 3.12 and newer
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # Python 3.11
    except ImportError:
        from hashlib import sha256  # builds that have OpenSSL's alone

__all__ = ["sha256"]
