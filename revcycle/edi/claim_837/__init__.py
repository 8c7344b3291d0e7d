"""Claims, 837: professional, institutional and dental."""
