from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = "考试"

    def ready(self):
        from core import merging, registry, triggers
        from notices import kinds as notice_kinds

        from . import (  # noqa: F401 - the policies register themselves
            announcing,
            appeals,
            checks,
            importing,
            mistakes,
            policies,
            policies_bank,
            services,
        )
        from .models import Extension, Mark, RegradeChange

        for model in (Mark, RegradeChange, Extension):
            triggers.append_only(model)
        notice_kinds.register(*announcing.KINDS)
        registry.erase_person.append(appeals.erase_person)

        registry.audit.append(checks.audit)
        registry.erase_refusals.append(services.erase_refusals)
        registry.export_person += [services.export_person, mistakes.export_person]
        registry.erase_person.append(mistakes.forget)
        registry.merge_persons.append(
            merging.MergePart(
                merging.hanging(
                    ("quizzes.attempt", "person"), ("quizzes.allowance", "person"), ("quizzes.practice", "person")
                ),
                services.merge_persons,
            )
        )
        registry.retention.append(registry.Retention("导入的题目文件", importing.FILE_DAYS, importing.forget_files))
