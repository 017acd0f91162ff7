"""The sentences of a refused upload: what was wrong, what is accepted, and the way out."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

# An old browser may send a name that cannot be read; then nothing of the file is left but "no file".
NOT_ARRIVED = gettext_lazy(
    "No file has arrived. Choose it. If you had chosen one, give it a short name, such as fujian1.pdf, and choose it again."
)

MESSAGES = {
    "kind": gettext_noop("“%(suffix)s” is not accepted. Accepted: PDF, OFD, Word, WPS, Excel, JPG, PNG."),
    "other_picture": gettext_noop(
        "Pictures of the kind %(suffix)s are not accepted. Send the picture as JPG or PNG. (On an iPhone: Settings, Camera, Formats, Most Compatible.)"
    ),
    "bundle": gettext_noop(
        "A %(suffix)s bundle is not accepted, since its contents could not be read here. Unpack it and send the files one by one."
    ),
    "empty": gettext_noop("“%(name)s” is empty. Choose the file again."),
    "too_large": gettext_noop(
        "The file has %(size)s MB, more than %(limit)s MB. Divide it, or scan it at a lower resolution."
    ),
    "not_what_it_says": gettext_noop(
        "The content is not that of a %(suffix)s file. Open it, save it again in its own program, and send that."
    ),
    "another_kind": gettext_noop(
        "The file is called %(suffix)s, but its content is of the kind %(real)s. Give it the extension that fits, or save it as %(suffix)s in its own program."
    ),
    "damaged": gettext_noop("The %(suffix)s file is damaged and cannot be opened. Save or scan it again."),
    "encrypted": gettext_noop(
        "The file is protected: it asks for a password, or forbids printing or copying. Save it without protection, and send that."
    ),
    "active": gettext_noop(
        "The file holds macros, scripts or embedded programs. Save it without them, for instance by printing it to PDF."
    ),
    "carries_files": gettext_noop(
        "The PDF carries other files inside it. Send those as files of their own, and print the PDF again without them."
    ),
    "remote": gettext_noop(
        "The document loads a template or an object from another computer. Remove the link, or print it to PDF, and send that."
    ),
    "archive": gettext_noop(
        "The file is built in an unusual way and may do harm when opened. Save it again in Word, WPS or Excel, or print it to PDF, and send that."
    ),
    "pixels": gettext_noop(
        "The picture has too many pixels. Send one of at most %(limit)s million pixels, or scan at a lower resolution."
    ),
}


def message(refused) -> str:
    """The sentence of an UploadRefused in the language of the screen; sizes become MB."""
    params = dict(refused.params)
    if refused.code == "too_large":
        # Rounded away from each other, so that the sentence never reads "50.0 MB, more than 50.0 MB".
        params["size"] = f"{-(-params['size'] * 10 // 2**20) / 10:g}"
        params["limit"] = f"{params['limit'] * 10 // 2**20 / 10:g}"
    return _(MESSAGES[refused.code]) % params
