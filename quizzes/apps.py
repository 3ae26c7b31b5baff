from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "考试"

    def ready(self):
        from core import merging, registry, triggers

        from . import checks, importing, policies, policies_bank, services  # noqa: F401 - the policies register themselves
        from .models import Mark

        triggers.append_only(Mark)

        registry.audit.append(checks.audit)
        registry.erase_refusals.append(services.erase_refusals)
        registry.export_person.append(services.export_person)
        registry.merge_persons.append(
            merging.MergePart(merging.hanging(("quizzes.attempt", "person")), services.merge_persons)
        )
        registry.retention.append(registry.Retention("导入的题目文件", importing.FILE_DAYS, importing.forget_files))
