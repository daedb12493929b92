# The image for Railway, or any machine that runs containers. Where data is kept a volume belongs:
# below RAILWAY_VOLUME_MOUNT_PATH, or in /srv/texas811/data.

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/texas811
# What we depend on changes seldom, and is a layer of its own.
COPY requirements/run.lock requirements/run.lock
RUN /opt/texas811/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md config.py logs.py ./
COPY domain domain
COPY extraction extraction
COPY storage storage
COPY jobs jobs
COPY worker worker
COPY api api
COPY cli cli
RUN /opt/texas811/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
# It reads pictures and scans; without it they become drafts with the warning ocr_unavailable.
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/texas811 /opt/texas811
# HOST: who is in a container with it is nobody; whom it is for comes from outside.
ENV PATH=/opt/texas811/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=*
# Not root, except on Railway: there the volume belongs to root, and RAILWAY_RUN_UID=0 is set.
RUN useradd --system --no-create-home texas811 && mkdir -p /srv/texas811/data && chown -R texas811 /srv/texas811
WORKDIR /srv/texas811
USER texas811
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 8000)}/healthz', timeout=4)"]
# In this form no shell stands before it, which would keep SIGTERM to itself.
CMD ["texas811", "up"]
