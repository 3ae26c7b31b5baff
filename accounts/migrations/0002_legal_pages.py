import core.clock
import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        # What the packages bring comes before what is ours: each of their operations draws every related model there is.
        ('account', '0009_emailaddress_unique_primary_email'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('sessions', '0001_initial'),
        ('wagtailadmin', '0006_formstate'),
        ('wagtaildocs', '0014_alter_document_file_size'),
        ('wagtailembeds', '0009_embed_cache_until'),
        ('wagtailimages', '0027_image_description'),
        ('wagtailredirects', '0008_add_verbose_name_plural'),
        ('wagtailsearch', '0010_add_text_fields'),
        ('wagtailusers', '0015_userprofile_keyboard_shortcuts'),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='LegalPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('version', models.CharField(max_length=20, verbose_name='版本')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
                ('body', wagtail.fields.RichTextField(verbose_name='正文')),
            ],
            options={
                'verbose_name': '政策页',
                'verbose_name_plural': '政策页',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='LegalVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.SlugField(verbose_name='政策')),
                ('version', models.CharField(max_length=20, verbose_name='版本')),
                ('title', models.CharField(max_length=255, verbose_name='标题')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
                ('body', models.TextField(verbose_name='正文')),
                ('published_at', models.DateTimeField(default=core.clock.now, verbose_name='发布时间')),
                ('page', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.legalpage')),
            ],
            options={
                'verbose_name': '政策版本',
                'verbose_name_plural': '政策版本',
                'constraints': [models.UniqueConstraint(fields=('policy', 'version'), name='legal_version_once')],
            },
        ),
    ])]
