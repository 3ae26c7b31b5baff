"""What the exams add to the 工作台."""

from django.urls import path

from .views import (
    analysis,
    appeals,
    bank,
    bank_duplicates,
    bank_editing,
    bank_imports,
    marking,
    papers,
    printing,
    regrading,
)

marking_urls = [
    path("marking/", marking.QueueView.as_view(), name="marking"),
    path("marking/<int:pk>/", marking.AnswerView.as_view(), name="marking-answer"),
    path("appeals/", appeals.AppealListView.as_view(), name="appeals"),
    path("appeals/<int:pk>/", appeals.AppealView.as_view(), name="appeal"),
    path("quizzes/", analysis.QuizListView.as_view(), name="quizzes"),
    path("quizzes/<int:pk>/analysis/", analysis.AnalysisView.as_view(), name="quiz-analysis"),
    path("quizzes/<int:pk>/analysis/export.xlsx", analysis.AnalysisExportView.as_view(), name="quiz-analysis-export"),
    path("questions/<slug:key>/regrade/", regrading.RegradeView.as_view(), name="regrade"),
    path("regrades/<int:pk>/", regrading.RegradingView.as_view(), name="regrading"),
]

bank_urls = [
    path("questions/", bank.BankListView.as_view(), name="questions"),
    path("questions/new/<slug:kind>/", bank_editing.QuestionNewView.as_view(), name="question-new"),
    path("questions/duplicates/", bank_duplicates.BankDuplicatesView.as_view(), name="question-duplicates"),
    path("questions/export/", bank_imports.BankExportView.as_view(), name="question-export"),
    path("questions/import/", bank_imports.BankImportListView.as_view(), name="question-imports"),
    path("questions/import/template.xlsx", bank_imports.BankTemplateView.as_view(), name="question-template"),
    path("questions/import/<int:pk>/", bank_imports.BankImportView.as_view(), name="question-import"),
    path("questions/import/<int:pk>/refused.xlsx", bank_imports.BankRefusedView.as_view(), name="question-refused"),
    path("questions/<int:pk>/", bank.BankQuestionView.as_view(), name="question"),
    path("questions/<int:pk>/edit/", bank_editing.QuestionEditView.as_view(), name="question-edit"),
]

paper_urls = [
    path("papers/", papers.PaperListView.as_view(), name="papers"),
    path("papers/new/", papers.PaperFormView.as_view(), name="paper-new"),
    path("papers/<int:pk>/", papers.PaperFormView.as_view(), name="paper-edit"),
    path("papers/<int:pk>/sample/", papers.PaperSampleView.as_view(), name="paper-sample"),
    path("papers/<int:pk>/allowances/", papers.AllowancesView.as_view(), name="paper-allowances"),
    path("papers/<int:pk>/prints/", printing.PrintListView.as_view(), name="paper-prints"),
    path("prints/<int:pk>/paper.pdf", printing.PrintedView.as_view(), {"what": "paper"}, name="print-paper"),
    path("prints/<int:pk>/sheet.pdf", printing.PrintedView.as_view(), {"what": "sheet"}, name="print-sheet"),
    path("prints/<int:pk>/key/", printing.PrintedKeyView.as_view(), name="print-key"),
]

desk_urls = [*marking_urls, *bank_urls, *paper_urls]
