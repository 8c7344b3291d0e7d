"""HTTP for staff, the command line and the Temporal UI: authenticates, authorises, audits, then calls."""
