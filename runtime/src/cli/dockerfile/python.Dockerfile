# Written by `lambda-runtime dockerfile python`.
#
# The base image must have python3. Its digest is that of python:3.13-slim-bookworm on Docker Hub in 2026; name a newer one
# with --build-arg BASE_IMAGE=... to get its updates.
ARG RUNTIME_IMAGE=ghcr.io/knative-lambda/lambda-runtime:{version}
ARG BASE_IMAGE=docker.io/library/python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb

FROM ${RUNTIME_IMAGE} AS runtime

FROM ${BASE_IMAGE} AS build
WORKDIR /app
COPY . .
RUN if [ -f requirements.txt ]; then python3 -m pip install --no-cache-dir --disable-pip-version-check --root-user-action ignore --target site-packages -r requirements.txt; fi
# What the user may not write must be there: compiled modules. One that does not compile is nobody's to import.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash . || true

FROM ${BASE_IMAGE}
COPY --from=runtime /lambda-runtime /lambda-runtime
COPY --from=build /app /app
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/lambda-runtime", "serve", "--code", "/app", "--language", "python"]
