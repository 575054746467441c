"""Files to keep, sent as they are made."""

from collections.abc import Iterator
from typing import Any

from starlette.responses import StreamingResponse

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def described(*file_types: str) -> dict[str, Any]:
    """How a response that is one of these files is described to readers of the interface."""
    return {_TYPES[one].partition(";")[0]: {"schema": {"type": "string"}} for one in file_types}


def download(chunks: Iterator[bytes], name: str, file_type: str, headers: dict[str, str] | None = None) -> StreamingResponse:
    """A response that a browser saves as `name.file_type`; `name` is plain ASCII."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{file_type}"'}
    return StreamingResponse(chunks, headers={**disposition, **(headers or {})}, media_type=_TYPES[file_type])
