from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = "企业和人员"

    def ready(self):
        from core import registry

        from . import appointing, policies, policies_desk, services  # noqa: F401 - registers the policies

        registry.phone_verified += [services.link_person, appointing.link_waiting]
