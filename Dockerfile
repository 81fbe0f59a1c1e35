# The application as one image; docker-compose.yml says which part of it each container runs.

FROM node:24-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY scripts/build-front.mjs scripts/
COPY static static
COPY templates templates
RUN node scripts/build-front.mjs

FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
COPY requirements/uv.txt requirements/production.txt /requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --quiet --require-hashes --only-binary :all: -r /requirements/uv.txt \
    && VIRTUAL_ENV=/venv /venv/bin/python -m uv pip sync --require-hashes --compile-bytecode /requirements/production.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=sped.settings
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin throughline \
    && mkdir -p /srv/files && chown throughline /srv/files
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY accounts accounts
COPY assessments assessments
COPY audit audit
COPY casefile casefile
COPY coediting coediting
COPY core core
COPY documents documents
COPY ieps ieps
COPY integrations integrations
COPY live live
COPY locale locale
COPY notifications notifications
COPY progress progress
COPY records records
COPY sped sped
COPY students students
COPY templates templates
COPY --from=front /build/static/dist static/dist
COPY scripts/messages.py scripts/
RUN python scripts/messages.py compile
# Files get names with hashes, as production serves them. The secrets of this step are thrown away with it.
RUN SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(64))") ALLOWED_HOSTS=build \
    PUBLIC_URL=https://build STORAGE_URL=file:///srv/files \
    STUDENT_DATA_ENCRYPTION_KEYS=$(python -c "import secrets; print(secrets.token_hex(32))") \
    BLIND_INDEX_KEY=$(python -c "import secrets; print(secrets.token_hex(32))") \
    DATABASE_URL=postgresql://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --noinput --verbosity 0
USER throughline
EXPOSE 8000
CMD ["python", "-m", "sped.web"]
