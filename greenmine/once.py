"""A second press of a button does nothing twice (security.md, L-01).

Each form carries a one-time token; the token is kept in the transaction of what the form did. A second
POST with the same token, in parallel or later, is led to the answer of the first.
"""

from functools import wraps
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect

from agencies.models import FormReceipt


def once(view):
    """Runs the view's POST in one transaction, once for each `form_token`.

    The view answers a success with a redirect; any other answer is a refusal, which undoes the
    transaction and leaves the token free for the next try. A missing token is a bad request.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        token = _token(request)
        if earlier := FormReceipt.objects.filter(token=token, user=request.user).first():
            return redirect(earlier.answer or "/")
        try:
            with transaction.atomic():
                receipt = FormReceipt.objects.create(token=token, user=request.user)
                response = view(request, *args, **kwargs)
                if not isinstance(response, HttpResponseRedirect):
                    transaction.set_rollback(True)
                else:
                    receipt.answer = response.url[:300]
                    receipt.save(update_fields=["answer"])
                return response
        except IntegrityError:
            # The same form arrived twice at once: the other one acted.
            if earlier := FormReceipt.objects.filter(token=token, user=request.user).first():
                return redirect(earlier.answer or "/")
            if FormReceipt.objects.filter(token=token).exists():
                raise BadRequest("form_token") from None
            raise

    return wrapped


def _token(request) -> UUID:
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError as error:
        raise BadRequest("form_token") from error
