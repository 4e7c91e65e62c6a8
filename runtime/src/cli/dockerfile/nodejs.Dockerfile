# Written by `lambda-runtime dockerfile nodejs`.
#
# The base image must have node in PATH, or in /nodejs/bin as distroless images do. Digests are those that these tags had
# on Docker Hub and gcr.io on 17 July 2026; name newer ones with --build-arg BASE_IMAGE=... and BUILD_IMAGE=... to get their updates.
ARG RUNTIME_IMAGE=ghcr.io/knative-lambda/lambda-runtime:{version}
ARG BUILD_IMAGE=docker.io/library/node:22-bookworm-slim@sha256:6c74791e557ce11fc957704f6d4fe134a7bc8d6f5ca4403205b2966bd488f6b3
ARG BASE_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot@sha256:13593b7570658e8477de39e2f4a1dd25db2f836d68a0ba771251572d23bb4f8e

FROM ${RUNTIME_IMAGE} AS runtime

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY . .
RUN if [ -f package-lock.json ]; then npm ci --omit=dev --no-audit --no-fund; elif [ -f package.json ]; then npm install --omit=dev --no-audit --no-fund; fi

FROM ${BASE_IMAGE}
COPY --from=runtime /lambda-runtime /lambda-runtime
COPY --from=build /app /app
WORKDIR /app
ENV NODE_ENV=production PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/lambda-runtime", "serve", "--code", "/app", "--language", "nodejs"]
