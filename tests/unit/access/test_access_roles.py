"""Who may do what: the table itself, and the separations it must keep."""

import pytest

from revcycle.access.roles import ANSWERS_FOR, PERMISSIONS, Permission, Role, may, may_answer
from revcycle.domain.work.owners import MAY_ANSWER
from revcycle.domain.work.task_kinds import TASKS, TaskKind


def test_every_role_has_its_permissions_and_every_permission_a_role() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_who_does_not_bill_sees_no_person(role: Role) -> None:
    assert not may(role, Permission.PERSON_READ)
    assert not may(role, Permission.LETTER_READ)


def test_an_admin_manages_users_and_touches_no_claim() -> None:
    assert may(Role.ADMIN, Permission.USER_MANAGE)
    assert not may(Role.ADMIN, Permission.WORKLIST_DECIDE)
    assert not may(Role.MANAGER, Permission.USER_MANAGE)


def test_an_auditor_changes_nothing() -> None:
    changing = {"import", "correct", "decide", "serve", "manage", "check", "rehydrate"}
    assert not [p for p in PERMISSIONS[Role.AUDITOR] if p.value.split(".")[1] in changing]


def test_a_biller_does_not_answer_for_a_manager() -> None:
    assert may_answer(Role.BILLER, "biller")
    assert not may_answer(Role.BILLER, "manager")
    assert may_answer(Role.MANAGER, "biller")
    assert not may_answer(Role.ADMIN, "biller")


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_task_can_be_answered_by_somebody_before_and_after_escalation(kind: TaskKind) -> None:
    for owner in (TASKS[kind].owner, TASKS[kind].escalates_to):
        able = [role for role in Role if may_answer(role, owner) and may(role, Permission.WORKLIST_DECIDE)]
        assert able, f"nobody may answer {kind} of a {owner}"


def test_who_may_answer_is_the_table_of_owners() -> None:
    assert {role.value: owners for role, owners in ANSWERS_FOR.items()} == MAY_ANSWER
