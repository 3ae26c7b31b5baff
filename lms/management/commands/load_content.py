"""Everything written as files, into the site: front page, legal texts, guide, questions, courses. Safe to run again."""

from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from accounts.content_loader import load_legal_pages
from core.exceptions import DomainError
from core.page_cache import forget_pages
from courses.content_loader import load_courses
from guide.services import load_guide
from home.services import ensure_home
from quizzes.services import load_papers, load_questions
from reports.targets import load_targets
from training.plans import ensure_templates


def folder(app):
    """The content folder of an app."""
    return Path(apps.get_app_config(app).path) / "content"


class Command(BaseCommand):
    help = "把内容文件载入网站：首页、政策、指南、试题、课程。可以反复运行：没变的不动，后台改过的保留并列出。"

    def handle(self, *args, **options):
        try:
            home, report = ensure_home()
            self.tell("首页", report)
            self.tell("政策", load_legal_pages(folder("accounts"), home))
            self.tell("指南", load_guide(folder("guide"), home))
            self.tell("试题", load_questions(folder("quizzes")))
            self.tell("试卷", load_papers(folder("quizzes") / "papers"))
            self.tell("班型", ensure_templates())
            self.tell("目标", load_targets())
            self.tell("课程", load_courses(folder("courses"), home))
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        forget_pages()

    def tell(self, label, report):
        self.stdout.write(f"{label}：{report if report is not None else '完成'}")
