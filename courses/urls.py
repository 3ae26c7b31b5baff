"""What learners use under /study/, and the screens of the 工作台 about study."""

from django.urls import path

from .views import assigning, care, desk, films, handouts, learning, mine

app_name = "courses"
urlpatterns = [
    path("<int:pk>/enrol/", learning.EnrolView.as_view(), name="enrol"),
    path("<int:pk>/quiz/", learning.QuizView.as_view(), name="quiz"),
    path("<int:pk>/changes/", mine.ChangesView.as_view(), name="changes"),
    path("lessons/<int:pk>/progress/", learning.ProgressView.as_view(), name="progress"),
    path("lessons/<int:pk>/read/", learning.ReadView.as_view(), name="read"),
    path("lessons/<int:pk>/quiz/", learning.LessonQuizView.as_view(), name="lesson-quiz"),
    path("lessons/<int:pk>/ask/", mine.AskView.as_view(), name="ask"),
    path("films/<int:pk>.mp4", films.film, name="film"),
    path("films/<int:pk>.vtt", films.film, {"part": "captions"}, name="film-captions"),
    path("films/<int:pk>.jpg", films.film, {"part": "poster"}, name="film-poster"),
    path("decks/<int:pk>.pdf", films.deck, name="deck"),
    path("decks/<int:pk>/<int:number>.jpg", films.deck_page, name="deck-page"),
    path("lessons/<int:pk>/handout.pdf", handouts.handout, name="handout"),
    path("handouts/<slug:slug>/", handouts.of_course, name="handouts"),
    path("elsewhere/", mine.PriorStudyView.as_view(), name="prior"),
    path("elsewhere/<int:pk>/proof/", care.ProofView.as_view(), name="prior-proof"),
    path("hours-<int:year>.pdf", mine.StatementView.as_view(), name="statement"),
]

desk_urls = [
    path("study/", desk.StudyListView.as_view(), name="study"),
    path("study/<int:pk>/", desk.StandingView.as_view(), name="study-course"),
    path("study/<int:pk>/export.csv", desk.StandingExportView.as_view(), name="study-export"),
    path("study/<int:pk>/copy/", desk.CopyView.as_view(), name="study-copy"),
    path("study/enrolments/<int:pk>/", desk.EnrolmentView.as_view(), name="enrolment"),
    path("assignments/", assigning.AssignmentListView.as_view(), name="assignments"),
    path("assignments/new/", assigning.AssignmentNewView.as_view(), name="assignment-new"),
    path("assignments/<int:pk>/", assigning.AssignmentView.as_view(), name="assignment"),
    path("assignments/people/<int:pk>/extend/", assigning.AssignedExtendView.as_view(), name="assigned-extend"),
    path("elsewhere/", care.PriorListView.as_view(), name="priors"),
    path("elsewhere/<int:pk>/", care.PriorView.as_view(), name="prior"),
    path("asked/", care.QuestionListView.as_view(), name="asked"),
    path("asked/<int:pk>/", care.QuestionView.as_view(), name="asked-one"),
]
