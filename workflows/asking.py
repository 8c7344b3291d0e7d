"""How a workflow asks a person: a task of its own, with its own deadline, as a child."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work import subjects
    from revcycle.domain.work.task import TaskDecision, TaskRequest

from workflows.human_decision import HumanDecision, HumanDecisionStart


async def ask_person(clock: BusinessClock, request: TaskRequest) -> TaskDecision:
    """Put the task on the worklist and return the answer, or that nobody gave one."""
    return await workflow.execute_child_workflow(
        HumanDecision.run, HumanDecisionStart(clock, request), id=subjects.task(request.task_id)
    )


async def tell_person(clock: BusinessClock, request: TaskRequest) -> None:
    """Put something on the worklist that needs a person's eyes, and go on without waiting for the answer."""
    await workflow.start_child_workflow(
        HumanDecision.run,
        HumanDecisionStart(clock, request),
        id=subjects.task(request.task_id),
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
    )
