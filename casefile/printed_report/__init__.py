"""A progress report as a document to take along, in PDF/UA-1.

It is made when it is asked for, from the revision that was frozen: words, numbers and charts of a sent report lie in
the database behind a lock, with their fingerprint, so the same bytes come out each time and nothing is kept twice.
"""
