"""Pictures of questions. Their address is their content's hash: nobody guesses it, and what it shows never changes."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..models import Picture

TYPES = {"png": "image/png", "svg": "image/svg+xml"}
A_YEAR = 365 * 24 * 3600


@login_required
@require_safe
def picture(request, sha256):
    """The picture, to be kept by the browser for good."""
    row = get_object_or_404(Picture, sha256=sha256)
    response = FileResponse(row.file.open("rb"), content_type=TYPES[row.file.name.rsplit(".", 1)[-1]])
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
