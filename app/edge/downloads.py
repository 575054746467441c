"""Files to keep, sent as they are made."""

from collections.abc import Iterator

from starlette.responses import StreamingResponse

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def download(chunks: Iterator[bytes], name: str, file_type: str, headers: dict[str, str] | None = None) -> StreamingResponse:
    """A response that a browser saves as `name.file_type`; `name` is plain ASCII."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{file_type}"'}
    return StreamingResponse(chunks, headers={**disposition, **(headers or {})}, media_type=MEDIA_TYPES[file_type])
