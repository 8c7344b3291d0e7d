"""The practice over HTTP: staff, audit, books and reports; and what an administrator does on the machine itself."""
