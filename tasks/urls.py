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
    obligations,
    plan_editing,
    plan_review,
    plan_versions,
    progress,
    quotas,
    task_lists,
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
    path("progress/<str:code>/", progress.place, name="progress_place"),
    # 省下达任务数
    path("quotas/", quotas.quota_list, name="quota_list"),
    *importing("quotas/import/", "quota_import", "quotas"),
    # 检查
    path("inspection-windows/", inspections.window_list, name="inspection_window_list"),
    # 文件
    path("documents/", documents.document_list, name="document_list"),
    path("documents/create/", documents.create, name="document_create"),
    path("documents/<int:pk>/", documents.detail, name="document_detail"),
    path("documents/<int:pk>/clauses/add/", documents.add_requirement, name="document_add_requirement"),
]
