FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_STATIC_ROOT=/srv/static
WORKDIR /srv/portal

COPY requirements.txt .
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt

COPY . .
# Collected and compressed once here, not at every start; folders that last are the portal's.
RUN python manage.py collectstatic --no-input --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home portal \
    && install -d -o portal -m 0700 /srv/documents /srv/record/signed \
        /srv/record/keys/log /srv/record/keys/receipt \
    && install -d -o portal -m 0755 /srv/record/public

USER portal
EXPOSE 8000
CMD ["python", "manage.py", "serve", "0.0.0.0:8000"]
