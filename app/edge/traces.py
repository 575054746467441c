"""What FastAPI's own OpenTelemetry may tell. It is off until somebody sets an exporter; addresses are part of each trace then."""

from collections.abc import Mapping
from typing import Any

_SECRETS = ("/sign-in/", "/invitation/", "/join/")  # what follows lets in whoever has it


def tells_a_secret(scope: Mapping[str, Any]) -> bool:
    """Whether a request's address is a secret itself, and so must be in no trace."""
    return str(scope.get("path", "")).startswith(_SECRETS)
