"""The only way to a stored file: it asks who asks, and the browser never shows it inside the site."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from tasks.models import Attachment
from tasks.models.stored_file import StoredFile


def download(request, pk):
    return as_download(get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk))


def as_download(stored: StoredFile) -> FileResponse:
    """The answer that hands a file out, once the view has asked who asks."""
    response = FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # What a file holds is not ours: whatever opens it in the browser gets no script and no origin.
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}
    return response
