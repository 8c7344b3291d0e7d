"""Paper claim forms from the facts of a claim: CMS-1500, UB-04, transmittal sheet."""
