"""Letters to payers and patients, as tagged PDFs. Start at ``catalog`` and ``render``.

A context holds facts about people, so its ``repr`` shows nothing: it may land in a log by accident.
"""
