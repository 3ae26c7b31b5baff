from django.urls import path

from .views import desk, enterprise, own, public

app_name = "certificates"

urlpatterns = [
    path("verify/", public.verify, name="verify"),
    path("verify/offline/", public.offline, name="offline"),
    path("verify/keys/", public.keys, name="keys"),
    path("verify/statistics/", public.statistics, name="statistics"),
    path("verify/<str:token>/", public.by_token, name="by_token"),
    path("verify/<str:token>/json/", public.by_token_json, name="by_token_json"),
    path("verify/<str:token>/credential/", public.by_token_credential, name="by_token_credential"),
    path("my/certificates/", own.wall, name="wall"),
    path("enterprises/<int:pk>/certificates/", enterprise.EnterpriseCertificatesView.as_view(), name="enterprise"),
    path("enterprises/<int:pk>/certificates/batch/", enterprise.EnterpriseBatchView.as_view(), name="enterprise_batch"),
    path("certificates/batches/<int:pk>/", desk.BatchView.as_view(), name="batch"),
    path("certificates/batches/<int:pk>/file/", desk.BatchFileView.as_view(), name="batch_file"),
    path("certificates/<str:number>/", own.detail, name="detail"),
    path("certificates/<str:number>/pdf/", own.pdf, name="pdf"),
    path("certificates/<str:number>/credential/", own.credential, name="credential"),
    path("certificates/<str:number>/picture/", own.picture, name="picture"),
]

desk_urls = [
    path("certificates/", desk.CertificateListView.as_view(), name="certificates"),
    path("certificates/batch/", desk.CertificateBatchView.as_view(), name="certificate-batch"),
    path("certificates/<str:number>/", desk.CertificateDetailView.as_view(), name="certificate"),
    path("certificates/<str:number>/correct/", desk.CorrectView.as_view(), name="certificate-correct"),
    path("certificates/<str:number>/revoke/", desk.RevokeView.as_view(), name="certificate-revoke"),
    path("certificates/<str:number>/restore/", desk.RestoreView.as_view(), name="certificate-restore"),
]
