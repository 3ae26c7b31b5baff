import core.blocks
import core.clock
import core.page_cache
import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='CaseIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '案例目录',
                'verbose_name_plural': '案例目录',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='CaseQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, verbose_name='年度')),
                ('least', models.PositiveSmallIntegerField(default=0, verbose_name='每区至少')),
                ('most', models.PositiveSmallIntegerField(blank=True, help_text='空着 = 不限', null=True, verbose_name='每区至多')),
                ('source', models.CharField(max_length=120, verbose_name='依据')),
            ],
            options={
                'verbose_name': '案例名额',
                'verbose_name_plural': '案例名额',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='ChainIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '产业链目录',
                'verbose_name_plural': '产业链目录',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='GlossaryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('iso', models.CharField(max_length=40, unique=True, verbose_name='ISO 词')),
                ('everyday', models.CharField(max_length=60, verbose_name='车间话')),
                ('sentence', models.CharField(max_length=200, verbose_name='一句话讲明白')),
                ('synonyms', models.JSONField(blank=True, default=list, verbose_name='搜索时也认的叫法')),
                ('source_hash', models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                'verbose_name': '词条',
                'verbose_name_plural': 'ISO 词和车间话',
                'ordering': ['iso'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='GuideIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '指南首页',
                'verbose_name_plural': '指南首页',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ToolIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.TextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '工具目录',
                'verbose_name_plural': '工具目录',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ToolPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('layers', models.JSONField(blank=True, default=list, verbose_name='和谁有关')),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='编号')),
                ('purpose', models.CharField(max_length=200, verbose_name='一句话用途')),
                ('minutes', models.PositiveSmallIntegerField(default=5, verbose_name='填一次几分钟')),
                ('body', core.blocks.ContentField(blank=True, verbose_name='正文')),
                ('form_title', models.CharField(blank=True, help_text='空着 = 没有表可下载', max_length=60, verbose_name='表名')),
                ('form_instructions', models.TextField(blank=True, help_text='一行一条', verbose_name='填表说明')),
                ('blank_rows', models.PositiveSmallIntegerField(default=15, verbose_name='空行')),
                ('landscape', models.BooleanField(default=False, verbose_name='横排')),
                ('card', models.BooleanField(default=False, help_text='勾上 = 一栏一行竖着排，一张 A4 填一件事；不勾 = 一行一件的台账', verbose_name='一件一张')),
                ('form_head', models.CharField(blank=True, help_text='整张表只填一回的，用空格隔开，如：编号 版次 批准', max_length=120, verbose_name='表上头填的几样')),
                ('form_rows', models.TextField(blank=True, help_text='一行一条，从头一栏起，格子之间用 | 隔开；后面的栏空着等人填', verbose_name='先印好的行')),
                ('columns', core.blocks.ContentField(blank=True, verbose_name='栏')),
            ],
            options={
                'verbose_name': '工具页',
                'verbose_name_plural': '工具页',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='TopicPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('layers', models.JSONField(blank=True, default=list, verbose_name='和谁有关')),
                ('place', models.PositiveSmallIntegerField(default=1, verbose_name='排第几')),
                ('summary', models.CharField(max_length=200, verbose_name='一句话')),
                ('reading_minutes', models.PositiveSmallIntegerField(default=5, verbose_name='读完几分钟')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='最近核对日期')),
                ('body', core.blocks.ContentField(blank=True, verbose_name='正文')),
                ('links', core.blocks.ContentField(blank=True, verbose_name='说到的条款、工具、案例')),
            ],
            options={
                'verbose_name': '入门页',
                'verbose_name_plural': '入门页',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='CasePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('layers', models.JSONField(blank=True, default=list, verbose_name='和谁有关')),
                ('enterprise_name', models.CharField(max_length=60, verbose_name='企业')),
                ('consented', models.BooleanField(default=False, help_text='不勾 = 编写的示例，页面上标“示例”', verbose_name='真实企业，已书面同意')),
                ('consented_on', models.DateField(blank=True, help_text='真实企业必填；同意书原件由推荐的区留存', null=True, verbose_name='同意书日期')),
                ('body', core.blocks.ContentField(blank=True, verbose_name='正文')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enterprises.district', verbose_name='区')),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='enterprises.pilot', verbose_name='产业链')),
            ],
            options={
                'verbose_name': '案例页',
                'verbose_name_plural': '案例页',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ChainPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(max_length=120, verbose_name='一句话')),
                ('introduction', models.TextField(blank=True, verbose_name='导语')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='最近核对日期')),
                ('nodes', core.blocks.ContentField(blank=True, verbose_name='环节')),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='enterprises.pilot', verbose_name='产业链')),
            ],
            options={
                'verbose_name': '产业链图谱',
                'verbose_name_plural': '产业链图谱',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='ClausePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('layers', models.JSONField(blank=True, default=list, verbose_name='和谁有关')),
                ('number_2015', models.CharField(blank=True, max_length=12, verbose_name='2016版条号')),
                ('number_2026', models.CharField(blank=True, help_text='新版里没有的，空着', max_length=12, verbose_name='2026版条号')),
                ('short_title', models.CharField(max_length=20, verbose_name='车间话')),
                ('is_chapter', models.BooleanField(default=False, verbose_name='是一章')),
                ('everyday_question', models.TextField(verbose_name='大白话问题')),
                ('introduction', models.TextField(blank=True, help_text='章才写', verbose_name='导语')),
                ('reading_minutes', models.PositiveSmallIntegerField(default=5, verbose_name='读完几分钟')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='最近核对日期')),
                ('body', core.blocks.ContentField(blank=True, verbose_name='正文')),
                ('part_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='guide.clausepage', verbose_name='上一级')),
            ],
            options={
                'verbose_name': '条款页',
                'verbose_name_plural': '条款页',
            },
            bases=(core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='CaseClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='case_clauses', to='guide.casepage')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases_about', to='guide.clausepage', verbose_name='条款')),
            ],
            options={
                'verbose_name': '案例讲的条款',
                'verbose_name_plural': '案例讲的条款',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('useful', models.BooleanField(verbose_name='有用')),
                ('sentence', models.CharField(blank=True, max_length=200, verbose_name='说了什么')),
                ('at', models.DateTimeField(db_index=True, default=core.clock.now, verbose_name='时间')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='哪一页')),
            ],
            options={
                'verbose_name': '读者反馈',
                'verbose_name_plural': '读者反馈',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='ClauseTool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='在这一条里怎么用')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='clause_tools', to='guide.clausepage')),
                ('tool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses_using', to='guide.toolpage', verbose_name='工具')),
            ],
            options={
                'verbose_name': '用得上的工具',
                'verbose_name_plural': '用得上的工具',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CaseTool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='case_tools', to='guide.casepage')),
                ('tool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases_using', to='guide.toolpage', verbose_name='工具')),
            ],
            options={
                'verbose_name': '案例用的工具',
                'verbose_name_plural': '案例用的工具',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
    ])]
