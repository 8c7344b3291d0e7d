"""Roles and what each may do: a table, so that who may do what can be read in one minute."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is to this program."""

    BILLER = "biller"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing a person may do. ``person.read`` is what makes names, birth dates and member ids visible."""

    CLAIM_READ = "claim.read"
    PERSON_READ = "person.read"
    CLAIM_IMPORT = "claim.import"
    CLAIM_CORRECT = "claim.correct"
    CLAIM_REHYDRATE = "claim.rehydrate"
    ELIGIBILITY_CHECK = "eligibility.check"
    REMITTANCE_READ = "remittance.read"
    REMITTANCE_IMPORT = "remittance.import"
    WORKLIST_READ = "worklist.read"
    WORKLIST_DECIDE = "worklist.decide"
    LETTER_READ = "letter.read"
    ACCOUNT_READ = "account.read"
    ACCOUNT_SERVE = "account.serve"
    LEDGER_READ = "ledger.read"
    LEDGER_EXPORT = "ledger.export"
    REPORT_READ = "report.read"
    PAYER_READ = "payer.read"
    PAYER_MANAGE = "payer.manage"
    POLICY_READ = "policy.read"
    POLICY_MANAGE = "policy.manage"
    USER_MANAGE = "user.manage"
    AUDIT_READ = "audit.read"
    CODEC_DECODE = "codec.decode"


_LOOKING = frozenset(
    {
        Permission.CLAIM_READ,
        Permission.REMITTANCE_READ,
        Permission.WORKLIST_READ,
        Permission.ACCOUNT_READ,
        Permission.LEDGER_READ,
        Permission.REPORT_READ,
        Permission.PAYER_READ,
        Permission.POLICY_READ,
    }
)
_BILLING = _LOOKING | {
    Permission.PERSON_READ,
    Permission.CLAIM_IMPORT,
    Permission.CLAIM_CORRECT,
    Permission.ELIGIBILITY_CHECK,
    Permission.REMITTANCE_IMPORT,
    Permission.WORKLIST_DECIDE,
    Permission.LETTER_READ,
    Permission.ACCOUNT_SERVE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.BILLER: _BILLING,
    Role.MANAGER: _BILLING
    | {
        Permission.LEDGER_EXPORT,
        Permission.CLAIM_REHYDRATE,
        Permission.CODEC_DECODE,
        Permission.PAYER_MANAGE,
        Permission.POLICY_MANAGE,
    },
    # An auditor follows money and acts by reference; names are not needed for that (45 CFR 164.514(d)).
    Role.AUDITOR: _LOOKING | {Permission.LEDGER_EXPORT, Permission.AUDIT_READ},
    Role.ADMIN: frozenset(
        {
            Permission.USER_MANAGE,
            Permission.AUDIT_READ,
            Permission.CODEC_DECODE,
            Permission.CLAIM_REHYDRATE,
            Permission.PAYER_READ,
            Permission.PAYER_MANAGE,
            Permission.POLICY_READ,
            Permission.POLICY_MANAGE,
        }
    ),
}

ANSWERS_FOR: dict[Role, frozenset[str]] = {
    Role.BILLER: frozenset({Role.BILLER}),
    Role.MANAGER: frozenset({Role.BILLER, Role.MANAGER}),
    Role.AUDITOR: frozenset(),
    Role.ADMIN: frozenset(),
}
"""Whose tasks each role may answer: a manager also a biller's, nobody a manager's but a manager."""


def may(role: Role, permission: Permission) -> bool:
    """Tell whether the role has the permission."""
    return permission in PERMISSIONS[role]


def may_answer(role: Role, owner_role: str) -> bool:
    """Tell whether the role may answer a task that belongs to ``owner_role``."""
    return owner_role in ANSWERS_FOR[role]
