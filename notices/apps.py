from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "消息"

    def ready(self):
        from core import merging, registry

        from . import privacy, sending  # noqa: F401 - sending registers the digest

        registry.export_person.append(privacy.export_person)
        registry.erase_person.append(privacy.erase_person)
        registry.retention.append(registry.Retention("消息", privacy.KEPT_DAYS, privacy.forget))
        persons = merging.hanging(("notices.notice", "person"))
        registry.merge_persons.append(merging.MergePart(persons, privacy.move_person))
