"""Paper claims from facts: CMS-1500, UB-04, transmittal sheet."""
