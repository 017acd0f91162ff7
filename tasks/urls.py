"""The addresses of the app, in the order of the navigation."""

from django.urls import path

from tasks.views import (
    attachments,
    decisions,
    desk,
    documents,
    imports,
    inspections,
    mines,
    month_steps,
    monthly,
    obligations,
    open_pits,
    plan_editing,
    plan_review,
    plan_versions,
    progress,
    quotas,
    scores,
    stages,
    target_changes,
    task_lists,
    two_days,
    work_plans,
)

app_name = "tasks"


def importing(prefix: str, name: str, kind: str) -> list:
    """The addresses of one kind of import (views/imports.py)."""
    kind = {"kind": kind}
    return [
        path(prefix, imports.upload, kind, name=name),
        path(f"{prefix}template.xlsx", imports.template, kind, name=f"{name}_template"),
        path(f"{prefix}<int:file>/", imports.file, kind, name=f"{name}_file"),
        path(f"{prefix}<int:file>/columns/", imports.columns, kind, name=f"{name}_columns"),
        path(f"{prefix}<int:file>/errors.xlsx", imports.errors, kind, name=f"{name}_errors"),
    ]


urlpatterns = [
    path("", desk.home, name="home"),
    # 期限
    path("obligations/", obligations.ObligationList.as_view(), name="obligation_list"),
    path("decisions/create/", decisions.create, name="decision_create"),
    # 工作方案
    path("work-plans/", work_plans.plan_list, name="work_plan_list"),
    path("work-plans/start/", work_plans.start, name="work_plan_start"),
    path("work-plans/<int:pk>/", work_plans.detail, name="work_plan_detail"),
    path("work-plans/<int:pk>/steps/<str:step>/", work_plans.take_step, name="work_plan_step"),
    path("work-plans/<int:pk>/revise/", work_plans.revise, name="work_plan_revise"),
    path("work-plans/<int:pk>/events/<int:event>/correct/", work_plans.correct_day, name="event_correct"),
    path("work-plans/<int:pk>/sections/<str:key>/", plan_editing.section, name="plan_section"),
    path("work-plans/<int:pk>/breakdown/", plan_editing.breakdown, name="plan_breakdown"),
    path("work-plans/<int:pk>/breakdown/add/", plan_editing.add_lines, name="plan_add_lines"),
    path("work-plans/<int:pk>/breakdown/paste/", plan_editing.paste_lines, name="plan_paste_lines"),
    *importing("work-plans/<int:pk>/import/", "plan_import", "breakdown"),
    path("work-plans/<int:pk>/excuses/<int:mine>/", plan_editing.excuse, name="plan_excuse"),
    path("work-plans/<int:pk>/lines/<int:line>/", plan_editing.line, name="plan_line"),
    path("work-plans/<int:pk>/lines/<int:line>/drop/", plan_editing.drop_line, name="plan_drop_line"),
    path("work-plans/<int:pk>/attachments/", plan_editing.attachments, name="plan_attachments"),
    path(
        "work-plans/<int:pk>/attachments/<int:attachment>/detach/",
        plan_editing.detach,
        name="plan_detach",
    ),
    path("work-plans/<int:pk>/counties/", plan_editing.counties, name="plan_counties"),
    path("work-plans/<int:pk>/review/", plan_review.review, name="plan_review"),
    path("work-plans/<int:pk>/review/<str:section>/", plan_review.comment, name="plan_comment"),
    path("work-plans/<int:pk>/compare/", plan_versions.compare, name="plan_compare"),
    path("work-plans/<int:pk>/draft.pdf", plan_versions.print_draft, name="plan_print_draft"),
    path("work-plans/<int:pk>/breakdown.xlsx", plan_versions.export_breakdown, name="plan_export"),
    path("work-plans/<int:pk>/versions/<int:number>/", plan_versions.detail, name="version_detail"),
    path(
        "work-plans/<int:pk>/versions/<int:number>/plan.pdf",
        plan_versions.print_version,
        name="version_print",
    ),
    path(
        "work-plans/<int:pk>/versions/<int:number>/breakdown.xlsx",
        plan_versions.export_version,
        name="version_export",
    ),
    path("attachments/<int:pk>/", attachments.download, name="attachment_download"),
    # 任务分解
    path("tasks/", task_lists.TaskList.as_view(), name="task_list"),
    path("tasks/summary.xlsx", task_lists.export_summary, name="task_export"),
    # 矿山
    path("mines/", mines.MineList.as_view(), name="mine_list"),
    path("mines/create/", mines.create, name="mine_create"),
    *importing("mines/import/", "mine_import", "mines"),
    path("mines/<int:pk>/", mines.detail, name="mine_detail"),
    path("mines/<int:pk>/edit/", mines.edit, name="mine_edit"),
    path("mines/<int:pk>/permits/add/", mines.add_permit, name="mine_add_permit"),
    # 进度
    path("progress/", progress.overview, name="progress"),
    path("progress/curve.json", progress.curve_data, name="progress_curve"),
    path("progress/report.xlsx", progress.export, name="progress_export"),
    path("progress/compare/", two_days.compare, name="progress_compare"),
    path("progress/compare/changes.xlsx", two_days.export, name="progress_compare_export"),
    path("progress/open-pits/", open_pits.open_pit_list, name="progress_open_pits"),
    path("progress/<str:code>/", progress.place, name="progress_place"),
    # 一项任务的阶段
    path("tasks/<int:pk>/stages/record/", stages.record, name="stage_record"),
    path("stages/<int:pk>/correct/", stages.correct, name="stage_correct"),
    path("evidence/<int:pk>/", stages.evidence, name="evidence_download"),
    # 目标台账
    path("target-ledger/", target_changes.ledger_page, name="target_ledger"),
    path("target-changes/enter/", target_changes.enter, name="change_enter"),
    path("target-changes/merge/", target_changes.merge, name="change_merge"),
    path("target-changes/<int:pk>/", target_changes.detail, name="change_detail"),
    path("target-changes/<int:pk>/approve/", target_changes.approve, name="change_approve"),
    path("target-changes/<int:pk>/decline/", target_changes.decline, name="change_decline"),
    path("tasks/<int:pk>/target-change/", target_changes.ask, name="change_ask"),
    # 评价
    path("stages/<int:stage>/scores/", scores.stage_scores, name="stage_scores"),
    # 月报
    path("months/", monthly.month_list, name="month_list"),
    path("months/<str:month>/", monthly.month_overview, name="month_overview"),
    path("months/<str:month>/report.xlsx", monthly.month_export, name="month_export"),
    path("months/<str:month>/confirm/", month_steps.month_confirm_many, name="month_confirm_many"),
    path("months/<str:month>/<str:code>/", month_steps.month_detail, name="month_detail"),
    path("months/<str:month>/<str:code>/zero/", month_steps.month_zero, name="month_zero"),
    path("months/<str:month>/<str:code>/confirm/", month_steps.month_confirm, name="month_confirm"),
    path("months/<str:month>/<str:code>/return/", month_steps.month_return, name="month_return"),
    path("months/<str:month>/<str:code>/correct/", month_steps.month_correct, name="month_correct"),
    # 省下达任务数
    path("quotas/", quotas.quota_list, name="quota_list"),
    *importing("quotas/import/", "quota_import", "quotas"),
    # 检查
    path("mines/<int:pk>/inspections/record/", inspections.record, name="inspection_record"),
    path("inspections/<int:pk>/rectify/", inspections.rectify, name="inspection_rectify"),
    path("inspection-windows/", inspections.window_list, name="inspection_window_list"),
    # 文件
    path("documents/", documents.document_list, name="document_list"),
    path("documents/create/", documents.create, name="document_create"),
    path("documents/<int:pk>/", documents.detail, name="document_detail"),
    path("documents/<int:pk>/clauses/add/", documents.add_requirement, name="document_add_requirement"),
]
