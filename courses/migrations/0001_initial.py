import core.blocks
import core.clock
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('certificates', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('quizzes', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='CourseIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', models.CharField(blank=True, max_length=200, verbose_name='一句话')),
            ],
            options={
                'verbose_name': '课程首页',
                'verbose_name_plural': '课程首页',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Deck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('file', models.FileField(help_text='最大 50 MB、200 页，不能加密码；PPT 请先导出成 PDF', upload_to='decks/', validators=[django.core.validators.FileExtensionValidator(['pdf'])], verbose_name='课件（PDF）')),
                ('size', models.PositiveIntegerField(default=0, editable=False, verbose_name='字节')),
                ('count', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='页')),
                ('state', models.CharField(choices=[('waiting', '正在转成图片'), ('drawn', '可以用了'), ('failed', '转不成图片，请重新导出 PDF 再上传')], default='waiting', editable=False, max_length=8, verbose_name='状态')),
                ('uploaded_at', models.DateTimeField(default=core.clock.now, editable=False)),
            ],
            options={
                'verbose_name': '课件',
                'verbose_name_plural': '课件',
                'ordering': ['-uploaded_at'],
            },
        ),
        migrations.CreateModel(
            name='Film',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='片名')),
                ('file', models.FileField(help_text='H.264，最大 500 MB', upload_to='films/', validators=[django.core.validators.FileExtensionValidator(['mp4'])], verbose_name='视频（MP4）')),
                ('captions', models.FileField(blank=True, upload_to='films/', validators=[django.core.validators.FileExtensionValidator(['vtt'])], verbose_name='字幕（WebVTT）')),
                ('transcript', models.TextField(blank=True, help_text='听不见、不方便外放的人看这个', verbose_name='文字稿')),
                ('seconds', models.FloatField(default=0, editable=False, verbose_name='时长（秒）')),
                ('poster', models.FileField(blank=True, editable=False, upload_to='films/')),
                ('uploaded_at', models.DateTimeField(default=core.clock.now, editable=False)),
            ],
            options={
                'verbose_name': '视频',
                'verbose_name_plural': '视频',
                'ordering': ['-uploaded_at'],
            },
        ),
        migrations.CreateModel(
            name='Path',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('layer', models.CharField(choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], max_length=10, verbose_name='给谁学')),
                ('tag', models.CharField(blank=True, choices=[('quality_lead', '质量负责人'), ('auditor', '内审员'), ('writer', '文件编写')], max_length=20, verbose_name='岗位标记')),
            ],
            options={
                'verbose_name': '学习路径',
                'verbose_name_plural': '学习路径',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layers', models.JSONField(blank=True, default=list, verbose_name='层级')),
                ('tag', models.CharField(blank=True, choices=[('quality_lead', '质量负责人'), ('auditor', '内审员'), ('writer', '文件编写')], max_length=20, verbose_name='岗位标记')),
                ('since', models.DateField(blank=True, help_text='空着：在职的都算；填了：只给新人', null=True, verbose_name='只派给这天以后入职的')),
                ('keeps_up', models.BooleanField(default=False, help_text='每天早上补一次新人；只加不减，减人要您来点', verbose_name='以后符合条件的自动加上')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='学完期限')),
                ('due_days', models.PositiveSmallIntegerField(blank=True, help_text='给陆续加上的新人用；和期限两样填一样', null=True, verbose_name='派到后几天内学完')),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('applied_at', models.DateTimeField(editable=False, null=True, verbose_name='最近一次派')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='停止时间')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='区')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.enterprise', verbose_name='企业')),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.pilot', verbose_name='产业链')),
                ('path', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='courses.path', verbose_name='学习路径')),
            ],
            options={
                'verbose_name': '派学',
                'verbose_name_plural': '派学',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('code', models.CharField(help_text='大写字母，如 YX', max_length=6, verbose_name='证明编号里的代号')),
                ('layer', models.CharField(choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], max_length=10, verbose_name='给谁学')),
                ('summary', models.TextField(max_length=400, verbose_name='简介')),
                ('edition', models.CharField(default='GB/T 19001—2016/ISO 9001:2015', max_length=60, verbose_name='依据标准')),
                ('version', models.PositiveSmallIntegerField(default=1, help_text='内容大改、要大家重新学时加 1；同一版本同一年每人只计一次', verbose_name='版本')),
                ('organiser', models.ForeignKey(blank=True, help_text='学员的提问送到这个机构的讲师；空着送到市级管理员', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.organiser', verbose_name='谁来答疑')),
                ('pilot', models.ForeignKey(blank=True, help_text='只给这条产业链举例子的版本才填', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.pilot', verbose_name='产业链')),
                ('prerequisite', models.ForeignKey(blank=True, help_text='没学完这一门，本课不能开始；空着就是谁都能学', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.coursepage', verbose_name='先学哪一门')),
                ('quiz', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quizzes.quiz', verbose_name='结课测验')),
                ('variant_of', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='variants', to='courses.coursepage')),
            ],
            options={
                'verbose_name': '课程',
                'verbose_name_plural': '课程',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], default='other', max_length=10, verbose_name='层级')),
                ('is_auditor', models.BooleanField(default=False, verbose_name='其中：内审员')),
                ('enterprise_pilots', models.JSONField(default=list, verbose_name='企业的产业链')),
                ('size_class', models.CharField(choices=[('large', '大型'), ('medium', '中型'), ('small', '小型'), ('micro', '微型'), ('unknown', '未填')], default='unknown', max_length=8, verbose_name='规模')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('enrolled_at', models.DateTimeField(default=core.clock.now, verbose_name='开始时间')),
                ('begun_at', models.DateTimeField(null=True, verbose_name='第一次打开一课')),
                ('completed_at', models.DateTimeField(null=True, verbose_name='学完时间')),
                ('pinned', models.JSONField(default=dict, help_text='{页面: 修订}：学完那一刻课程和各课发布着的修订', verbose_name='学完时的内容')),
                ('certificate', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolment', to='certificates.certificate')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.coursepage')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.district', verbose_name='区')),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='企业')),
                ('membership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.membership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='enterprises.person')),
            ],
            options={
                'verbose_name': '选课',
                'verbose_name_plural': '选课',
                'ordering': ['-enrolled_at'],
            },
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('key', models.CharField(help_text='如 F2', max_length=6, verbose_name='课号')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='学完要几分钟')),
                ('lead', models.CharField(blank=True, max_length=120, verbose_name='一句话')),
                ('clauses', models.CharField(blank=True, help_text='用空格隔开，如 8.5.1 8.6', max_length=80, verbose_name='对应条款')),
                ('required', models.BooleanField(default=True, help_text='选修的课不学也算学完整门课，它的时间也不计入学时', verbose_name='必修')),
                ('quiz_needed', models.BooleanField(default=False, help_text='不勾：小测只是练手，读完就算学完这一课', verbose_name='小测通过才算学完')),
                ('films', models.JSONField(default=dict, editable=False, verbose_name='视频的秒数')),
                ('body', core.blocks.ContentField(verbose_name='正文')),
                ('course', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.coursepage')),
                ('quiz', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quizzes.quiz', verbose_name='这一课的小测')),
            ],
            options={
                'verbose_name': '课时',
                'verbose_name_plural': '课时',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='LessonProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seconds', models.FloatField(default=0, verbose_name='学习秒数')),
                ('percent', models.PositiveSmallIntegerField(default=0, verbose_name='读到（%）')),
                ('watched', models.JSONField(default=dict, verbose_name='看过的片段')),
                ('position', models.JSONField(default=dict, verbose_name='视频停在')),
                ('updated_at', models.DateTimeField(verbose_name='最近学习')),
                ('completed_at', models.DateTimeField(null=True, verbose_name='学完时间')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.lessonpage')),
            ],
            options={
                'verbose_name': '学习记录',
                'verbose_name_plural': '学习记录',
            },
        ),
        migrations.CreateModel(
            name='LessonQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='问题')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='提问时间')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='回答')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='回答时间')),
                ('in_lesson', models.BooleanField(default=False, verbose_name='已放进课里')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.lessonpage')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_questions', to='enterprises.person')),
            ],
            options={
                'verbose_name': '课上的提问',
                'verbose_name_plural': '课上的提问',
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='PathStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.coursepage', verbose_name='课程')),
                ('path', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='courses.path')),
            ],
            options={
                'verbose_name': '路径里的课',
                'verbose_name_plural': '路径里的课',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PriorStudy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(choices=[('zrpx', '国家全面质量管理培训平台'), ('action', '小微企业质量认证提升行动服务平台'), ('other', '其他机构')], max_length=8, verbose_name='在哪儿学的')),
                ('title', models.CharField(max_length=120, verbose_name='学了什么')),
                ('finished_on', models.DateField(verbose_name='学完日期')),
                ('class_hours', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='学时')),
                ('proof', models.FileField(upload_to='prior-studies/', verbose_name='证明材料')),
                ('proof_name', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('state', models.CharField(choices=[('waiting', '等审核'), ('approved', '认可了'), ('refused', '没认可')], default='waiting', max_length=8, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True)),
                ('because', models.CharField(blank=True, max_length=200, verbose_name='审核意见')),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.coursepage', verbose_name='抵哪一门课')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prior_studies', to='enterprises.person')),
            ],
            options={
                'verbose_name': '校外学习',
                'verbose_name_plural': '校外学习',
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='StudySpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='从')),
                ('ended_at', models.DateTimeField(verbose_name='到')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.person')),
                ('progress', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='courses.lessonprogress')),
            ],
            options={
                'verbose_name': '学习时段',
                'verbose_name_plural': '学习时段',
            },
        ),
        migrations.CreateModel(
            name='Assigned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(null=True, verbose_name='学完期限')),
                ('extended_because', models.CharField(blank=True, max_length=200, verbose_name='延期原因')),
                ('assigned_at', models.DateTimeField(verbose_name='派学时间')),
                ('removed_at', models.DateTimeField(null=True, verbose_name='移出时间')),
                ('reminded_on', models.DateField(null=True, verbose_name='最近提醒')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assigned', to='enterprises.person')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='courses.assignment')),
            ],
            options={
                'verbose_name': '派学名单',
                'verbose_name_plural': '派学名单',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('removed_at', None)), fields=['due_on'], name='assigned_by_due_day')],
                'constraints': [models.UniqueConstraint(fields=('assignment', 'person'), name='assigned_once')],
            },
        ),
        migrations.CreateModel(
            name='AssignmentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='什么时候')),
                ('state', models.CharField(choices=[('running', '正在派'), ('done', '派好了'), ('stopped', '没有派：派学已经停了')], default='running', max_length=8, verbose_name='状态')),
                ('adds', models.JSONField(default=list)),
                ('removes', models.JSONField(default=list)),
                ('added', models.PositiveIntegerField(verbose_name='加')),
                ('removed', models.PositiveIntegerField(verbose_name='减')),
                ('kept', models.PositiveIntegerField(verbose_name='不变')),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='courses.assignment')),
            ],
            options={
                'verbose_name': '派学记录',
                'verbose_name_plural': '派学记录',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('assignment',), name='assignment_runs_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='DeckPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几页')),
                ('picture', models.FileField(upload_to='decks/')),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('words', models.TextField(blank=True, verbose_name='页上的字')),
                ('deck', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='courses.deck')),
            ],
            options={
                'verbose_name': '课件的页',
                'verbose_name_plural': '课件的页',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('deck', 'number'), name='deck_page_once')],
            },
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['course', 'enrolled_at'], name='enrolments_of_course'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(fields=('person', 'course', 'version', 'year'), name='enrolled_once_per_version_and_year'),
        ),
        migrations.AddConstraint(
            model_name='lessonprogress',
            constraint=models.UniqueConstraint(fields=('enrolment', 'lesson'), name='lesson_progress_once'),
        ),
        migrations.AddIndex(
            model_name='lessonquestion',
            index=models.Index(fields=['lesson', 'person'], name='questions_of_lesson'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('due_on', None), ('due_days', None), _connector='OR'), name='assignment_one_way_to_be_due'),
        ),
        migrations.AddConstraint(
            model_name='pathstep',
            constraint=models.UniqueConstraint(fields=('path', 'course'), name='course_once_in_path'),
        ),
        migrations.AddConstraint(
            model_name='priorstudy',
            constraint=models.CheckConstraint(condition=models.Q(('class_hours__gt', 0)), name='prior_study_hours'),
        ),
        migrations.AddIndex(
            model_name='studyspan',
            index=models.Index(fields=['person', 'ended_at'], name='study_spans_of_person'),
        ),
    ])]
