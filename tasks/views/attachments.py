"""The only way to a stored file: it asks who asks, and the browser never shows it inside the site."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from tasks.models import Attachment


def download(request, pk):
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # What a file holds is not ours: whatever opens it in the browser gets no script and no origin.
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}
    return response
