"""From words to PDF: templates, barcodes, typesetting."""
