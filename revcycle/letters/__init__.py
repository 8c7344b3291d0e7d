"""Letters: the words we send to payers and patients, as tagged PDFs. Start at ``catalog`` and ``render``."""
