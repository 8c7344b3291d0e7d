"""Roles, sessions, field ciphers with their key ring, and the audit hash chain. It knows no database."""
