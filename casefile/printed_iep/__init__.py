"""The IEP as a document to take along: a form in PDF/UA-1, a page of its own in HTML, plain JSON."""

LANGUAGES = ("en", "es")
"""In which the labels of the form are written."""
