# Written by `lambda-runtime dockerfile rust`.
#
# A handler in Rust is a program of its own that has the runtime in it. It is linked statically. The digest of the base
# image is that of its tag on gcr.io in 2026. The image that builds is named by its tag; both are chosen with
# --build-arg BASE_IMAGE=... and BUILD_IMAGE=....
ARG BUILD_IMAGE=docker.io/library/rust:1.95-bookworm
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY . .
RUN RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --bins --target "$(uname -m)-unknown-linux-gnu"
RUN mkdir -p out && find target/*/release -maxdepth 1 -type f -perm -100 -exec cp {} out ';'
# A package with several binaries does not say which one is the function.
RUN set -- out/* && [ "$#" = 1 ] && mv "$1" /function

FROM ${BASE_IMAGE}
COPY --from=build /function /function
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/function"]
