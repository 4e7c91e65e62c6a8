# Written by `lambda-runtime dockerfile go --output DIR`, with runtime.go and runtime_constants.go, which are compiled
# together with the handler.
#
# The digest of the base image is that of its tag on gcr.io in 2026. The image that builds is named by its tag; both are
# chosen with --build-arg BASE_IMAGE=... and BUILD_IMAGE=....
ARG RUNTIME_IMAGE=ghcr.io/knative-lambda/lambda-runtime:{version}
ARG BUILD_IMAGE=docker.io/library/golang:1.25-bookworm
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639

FROM ${RUNTIME_IMAGE} AS runtime

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY . .
RUN if [ ! -f go.mod ]; then go mod init function; fi
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o ../handler .

FROM ${BASE_IMAGE}
COPY --from=runtime /lambda-runtime /lambda-runtime
COPY --from=build /handler /app/handler
WORKDIR /app
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/lambda-runtime", "serve", "--code", "/app", "--language", "go"]
