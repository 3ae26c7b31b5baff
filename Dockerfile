# The image of web, worker and beat alike: packages from the hashed lock, static files collected, fonts made, no root.
FROM python:3.12-slim AS packages
WORKDIR /academy
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/base.txt

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home academy && mkdir -p /data/media /data/var && chown -R academy /data
WORKDIR /academy
COPY --from=packages /academy/.venv .venv
COPY . .
ENV PATH=/academy/.venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/data/media VAR_DIR=/data/var FONT_DIR=/academy/fonts \
    STATIC_ROOT=/academy/static-root
# Nothing real is needed to collect and to draw: development settings, without debugging, with a throw-away secret.
RUN export DJANGO_SETTINGS_MODULE=lms.settings.dev DEBUG=0 SECRET_KEY=build VAR_DIR=/tmp/build \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python manage.py prepare_fonts
ENV DJANGO_SETTINGS_MODULE=lms.settings.production
USER academy
EXPOSE 8000
CMD ["gunicorn", "lms.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", "--preload", \
     "--worker-connections=16", "--no-control-socket", "--worker-tmp-dir=/dev/shm", "--graceful-timeout=20"]
