"""Who may: roles, sessions, field ciphers and the key ring, the audit hash chain. Knows no database."""
