"""A stored file in pieces, as a player asks for it (RFC 9110, ranges). One range at a time, which is all players use."""

import re

from django.http import FileResponse, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
LONGEST_PIECE = 2 * 1024 * 1024
"""Bytes of one answer. A player asks for the rest by itself; a slow phone does not hold a worker for a whole film."""


class _Piece:
    """The next ``left`` bytes of an open file, to be read and closed like a file."""

    def __init__(self, file, left):
        self.file = file
        self.left = left

    def read(self, size=-1):
        size = self.left if size is None or size < 0 else min(size, self.left)
        data = self.file.read(size) if size else b""
        self.left -= len(data)
        return data

    def close(self):
        self.file.close()


def ranged(request, stored, content_type, *, modified):
    """The answer to a request for ``stored`` (a FieldFile): whole, a piece (206), or 416 for one that is not there.

    ``modified``: an aware moment; part of the ETag. A range asked with an ``If-Range`` of another version gets the whole file.
    """
    size = stored.size
    etag = f'"{size:x}-{int(modified.timestamp()):x}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, max-age=3600"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked and any(asked.groups()) and request.headers.get("If-Range", etag) == etag:
        first, last = _place(asked[1], asked[2], size)
        if first > last or first >= size:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        last = min(last, first + LONGEST_PIECE - 1)
        file = stored.open("rb")
        file.seek(first)
        answer = FileResponse(_Piece(file, last - first + 1), status=206, content_type=content_type)
        headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    else:
        answer = FileResponse(stored.open("rb"), content_type=content_type)
        headers |= {"Content-Length": str(size)}
    for name, value in headers.items():
        answer[name] = value
    return answer


def _place(first, last, size):
    """First and last byte of a range: ``5-9``, ``5-`` (to the end), ``-5`` (the last five)."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
