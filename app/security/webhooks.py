"""How a webhook's message is signed: HMAC-SHA256 over its id, time and body, as Standard Webhooks 1.0.0 specifies."""

import base64
import hmac
import secrets

_PREFIX = "whsec_"


def new_webhook_secret() -> str:
    """A fresh secret, as receivers' libraries take it: whsec_ and 32 bytes in base64, which hold 192 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_urlsafe(24)[:32].encode()).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header of a message. timestamp: seconds since 1970, as in `webhook-timestamp`."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
