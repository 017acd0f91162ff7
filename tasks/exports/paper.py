"""Papers as PDF. The renderer reads nothing but the text that it is given: no file and no network.

A title or a note may hold anything that a person typed: it is escaped by the template, and a link or an
image that got through all the same would find every address refused.
"""

from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher


def pdf(template: str, context: dict) -> bytes:
    """The template (below templates/paper/) filled in and set as PDF."""
    markup = render_to_string(template, context)
    return HTML(string=markup, url_fetcher=_nothing_outside()).write_pdf()


def _nothing_outside() -> URLFetcher:
    # Without a base URL a relative address is no address either.
    return URLFetcher(allowed_protocols=["data"], allow_redirects=False)
