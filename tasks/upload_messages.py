"""The sentences of a refused upload: what was wrong, what is accepted, and the way out."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

ACCEPTED_KINDS = "PDF, OFD, Word, WPS, Excel, JPG, PNG"

MESSAGES = {
    "kind": gettext_noop("“%(suffix)s” is not accepted. Accepted: PDF, OFD, Word, WPS, Excel, JPG, PNG."),
    "empty": gettext_noop("“%(name)s” is empty. Choose the file again."),
    "too_large": gettext_noop(
        "The file has %(size)s MB, more than %(limit)s MB. Divide it, or scan it at a lower resolution."
    ),
    "not_what_it_says": gettext_noop(
        "The content is not that of a %(suffix)s file. Open it, save it again in its own program, and send that."
    ),
    "damaged": gettext_noop("The %(suffix)s file is damaged and cannot be opened. Save or scan it again."),
    "encrypted": gettext_noop("The file is protected by a password. Send it without one."),
    "active": gettext_noop(
        "The file holds macros, scripts or embedded programs. Save it without them, for instance by printing it to PDF."
    ),
    "archive": gettext_noop(
        "The file is built in an unusual way and may do harm when opened. Save it again in Word, WPS or Excel, and send that."
    ),
    "pixels": gettext_noop("The picture has too many pixels. Send one of at most 60 million pixels."),
}


def message(refused) -> str:
    params = dict(refused.params)
    for name in ("size", "limit"):
        if isinstance(params.get(name), int):
            params[name] = f"{params[name] / 1024 / 1024:.1f}"
    return _(MESSAGES[refused.code]) % params
