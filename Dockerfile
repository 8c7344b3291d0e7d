# One image for api, worker, migrations and the sandbox payer; the command chooses.

FROM python:3.13-slim-trixie AS wheels
WORKDIR /build
COPY requirements.lock ./
# Everything the lock names, checked by hash; the next stage takes from here only what the program itself needs.
RUN python -m pip wheel --no-cache-dir --require-hashes --no-deps --wheel-dir /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE worker.py ./
COPY revcycle revcycle
COPY workflows workflows
COPY activities activities
COPY templates templates
COPY migrations migrations
RUN python -m pip install --no-index --find-links /wheels hatchling \
    && python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheels .

FROM wheels AS environment
RUN python -m venv /opt/revcycle \
    && /opt/revcycle/bin/python -m pip install --no-index --find-links /wheels revcycle \
    && /opt/revcycle/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim-trixie
RUN groupadd --gid 10001 revcycle \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin revcycle \
    && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/revcycle
COPY --from=environment /opt/revcycle /opt/revcycle
COPY worker.py /app/worker.py
# Bytecode is written at build time: without it the workflow sandbox compiles each file for each workflow.
RUN /opt/revcycle/bin/python -m compileall -q /opt/revcycle/lib /app
WORKDIR /app
ENV PATH=/opt/revcycle/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    REVCYCLE_HOME=/var/lib/revcycle
USER 10001:10001
VOLUME ["/var/lib/revcycle"]
EXPOSE 8080 9090
CMD ["revcycle", "admin", "serve"]
