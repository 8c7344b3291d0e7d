"""Letters: the words we send to payers and patients, as tagged PDFs. Start at ``catalog`` and ``render``.

A context is full of people, so its ``repr`` shows nothing: it may land in a log by accident.
"""
