import certificates.numbers
import core.clock
import django.db.models.deletion
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='CertificateSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='例：TJXW-NSY-2026-012', max_length=40, unique=True, verbose_name='编号前段')),
                ('last_serial', models.PositiveIntegerField(default=0, verbose_name='最后一个流水号')),
            ],
            options={
                'verbose_name': '编号序列',
                'verbose_name_plural': '编号序列',
            },
        ),
        migrations.CreateModel(
            name='CertificateTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='例：round 培训班，course 网络课程', max_length=20, verbose_name='代号')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('title', models.CharField(choices=[('培训合格证明', '培训合格证明'), ('培训结业证书', '培训结业证书')], default='培训合格证明', max_length=20, verbose_name='标题')),
                ('frame', models.CharField(choices=[('double', '朱砂双线框'), ('plain', '墨色细线框'), ('none', '不印边框（用印好的纸）')], default='double', max_length=10, verbose_name='底纹边框')),
                ('citation', models.CharField(default='参加下列培训，经考核合格，特发此证明。', max_length=60, verbose_name='证明语')),
                ('statement', models.CharField(max_length=160, verbose_name='声明')),
                ('remark', models.CharField(blank=True, help_text='印在声明下面的一行小字；空 = 不印', max_length=50, verbose_name='补充说明')),
                ('edition_line', models.CharField(blank=True, help_text='例：本期按 2015 版讲授，含 2024 年修订；空 = 不印', max_length=50, verbose_name='标准版次说明')),
                ('basis', models.TextField(help_text='每个标准一行，写明年份；期次和课程写了自己的，用它们的', max_length=160, verbose_name='培训依据')),
                ('organiser', models.CharField(blank=True, help_text='期次和课程写了自己的，用它们的', max_length=80, verbose_name='主办单位')),
                ('signatory', models.CharField(blank=True, help_text='空 = 主办单位', max_length=80, verbose_name='落款单位')),
                ('validity_years', models.PositiveSmallIntegerField(blank=True, help_text='到期建议复训；空 = 不设有效期', null=True, verbose_name='有效年数')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
            ],
            options={
                'verbose_name': '证明模板',
                'verbose_name_plural': '证明模板',
                'ordering': ['key', '-version'],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(unique=True, verbose_name='编号')),
                ('public_key', models.CharField(help_text='Ed25519，32 字节的十六进制', max_length=64, unique=True, verbose_name='公钥')),
                ('first_used_at', models.DateTimeField(default=core.clock.now, verbose_name='启用时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='作废原因')),
            ],
            options={
                'verbose_name': '签名公钥',
                'verbose_name_plural': '签名公钥',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('zip', '每人一个 PDF，打成压缩包'), ('print', '合成一个文件，连着打印'), ('register', '发证登记表')], max_length=10, verbose_name='做成什么')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('keys', models.JSONField(default=list)),
                ('done', models.PositiveIntegerField(default=0, verbose_name='做了')),
                ('faults', models.JSONField(default=list, verbose_name='没放进去的')),
                ('state', models.CharField(choices=[('waiting', '排队'), ('making', '正在做'), ('ready', '做好了'), ('failed', '没做成')], default='waiting', max_length=10, verbose_name='状态')),
                ('file', models.FileField(blank=True, max_length=120, upload_to='')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='什么时候要的')),
                ('touched_at', models.DateTimeField(default=core.clock.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁要的')),
            ],
            options={
                'verbose_name': '证明打包',
                'verbose_name_plural': '证明打包',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='证书编号')),
                ('number_key', models.CharField(db_index=True, editable=False, max_length=60)),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版次')),
                ('serial', models.PositiveIntegerField(verbose_name='流水号')),
                ('source_key', models.CharField(max_length=60, verbose_name='来源键')),
                ('words', models.JSONField(verbose_name='印出来的字')),
                ('words_hash', models.CharField(editable=False, max_length=64)),
                ('proof', models.TextField(blank=True, editable=False)),
                ('token', models.CharField(default=certificates.numbers.new_token, editable=False, max_length=32, unique=True)),
                ('issued_on', models.DateField(verbose_name='发证日期')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('pdf', models.FileField(blank=True, max_length=120, upload_to='')),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('rendered_at', models.DateTimeField(null=True, verbose_name='制作时间')),
                ('render_error', models.CharField(blank=True, max_length=200, verbose_name='制作不成的原因')),
                ('erased_at', models.DateTimeField(null=True, verbose_name='个人信息删除时间')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='enterprises.person', verbose_name='持证人')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='certificates.certificate', verbose_name='更正自')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.certificateseries')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.certificatetemplate')),
            ],
            options={
                'verbose_name': '培训合格证明',
                'verbose_name_plural': '培训合格证明',
                'ordering': ['number', 'version'],
            },
        ),
        migrations.CreateModel(
            name='CertificateEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', '签发'), ('corrected', '更正'), ('revoked', '撤销')], max_length=10, verbose_name='事')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('authority', models.CharField(blank=True, max_length=80, verbose_name='决定单位')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='certificates.certificate')),
            ],
            options={
                'verbose_name': '证明经历',
                'verbose_name_plural': '证明经历',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.FileField(help_text='PNG 或 JPG，白底或透明，缩到 300 像素存；不许用国徽、党徽和国家机关的徽记', upload_to='seals', verbose_name='印章图片')),
                ('authorised_by', models.CharField(help_text='签字同意使用的人和职务', max_length=60, verbose_name='授权人')),
                ('document', models.CharField(help_text='授权书的名称、编号、存放处', max_length=120, verbose_name='授权依据')),
                ('starts_on', models.DateField(verbose_name='授权从')),
                ('ends_on', models.DateField(verbose_name='授权到')),
                ('organiser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seals', to='enterprises.organiser', verbose_name='哪个单位的章')),
            ],
            options={
                'verbose_name': '印章授权',
                'verbose_name_plural': '印章授权',
                'ordering': ['organiser', '-starts_on'],
            },
        ),
        migrations.AddField(
            model_name='certificatetemplate',
            name='seal',
            field=models.ForeignKey(blank=True, help_text='只在授权期内、落款正是这个单位时印上；别的情况留“（盖章）”', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.seal', verbose_name='印章'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='seal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.seal', verbose_name='印章'),
        ),
        migrations.AddConstraint(
            model_name='certificatetemplate',
            constraint=models.UniqueConstraint(fields=('key', 'version'), name='one_template_per_key_and_version'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(condition=models.Q(('rendered_at', None)), fields=['id'], name='certificates_to_render'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('number', 'version'), name='one_certificate_per_number_and_version'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('series', 'serial', 'version'), name='one_certificate_per_serial'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('source_key', 'version'), name='one_certificate_per_source'),
        ),
    ])]
