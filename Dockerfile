# All binaries of Wardflow: one build, and a small image for each of them.
#
#   docker build --target consumer --tag wardflow/consumer .
#
# docker-compose.yml builds every target. The version of Rust is that of rust-toolchain.toml, which is left out: the
# toolchain is there already, and rustup would fetch components that a build does not need.

# --- The sources without what only images need, and the manifests alone: a layer of the build is made anew only where
# what it is made of changes. ---
FROM rust:1.95-bookworm AS sources
WORKDIR /wardflow
COPY . .
RUN rm -r docker monitoring

FROM sources AS manifests
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete && find . -type d -empty -delete

# --- The build ---
FROM rust:1.95-bookworm AS build
# For librdkafka and TLS. Most of it is in the official image.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential libssl-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /wardflow
ENV CARGO_PROFILE_RELEASE_DEBUG=none CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_INCREMENTAL=0
ARG BINARIES="-p database -p generators -p producer -p consumer -p batch-ingest -p simulation"

# What the crates depend on, with an empty library and program in place of each crate's own.
COPY --from=manifests /wardflow .
RUN for manifest in */Cargo.toml; do \
        mkdir -p "${manifest%/*}/src" \
        && : > "${manifest%/*}/src/lib.rs" \
        && echo 'fn main() {}' > "${manifest%/*}/src/main.rs" \
        || exit 1; \
    done \
    && cargo build --release --locked --bins $BINARIES

# The crates. Their files may be older than the empty ones were, so Cargo is told that they are others.
COPY --from=sources /wardflow .
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} + \
    && cargo build --release --locked --bins $BINARIES \
    && mkdir /binaries \
    && for name in database generators producer consumer batch-ingest simulation; do \
        mv "target/release/$name" /binaries/ || exit 1; \
    done

# --- What every image of ours has: a user of a fixed number, and the question whether a service is ready. ---
FROM debian:bookworm-slim AS base
# TLS, and whom it trusts where nobody is named.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 wardflow \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wardflow
COPY --chmod=755 docker/ready /usr/local/bin/ready
USER 10001:10001

# --- Makes the passwords. ---
FROM base AS secrets
USER root
# A volume takes the owner and mode of the folder that it is first mounted on. Who is none of our own user reads by the
# group of the folder, which files inherit: nobody needs a capability.
RUN for reader in owner loader analyst; do install -d -o 10001 -g 10001 -m 0700 "/secrets/$reader" || exit 1; done \
    && install -d -o 10001 -g 10011 -m 2750 /secrets/postgres \
    && install -d -o 10001 -g 10012 -m 2750 /secrets/registry \
    && install -d -o 10001 -g 10013 -m 2750 /secrets/grafana
COPY --chmod=755 docker/secrets /usr/local/bin/secrets
USER 10001:10001
ENTRYPOINT ["secrets"]
CMD ["make"]

# --- What the images of others read, which brings it into a volume. ---
FROM base AS configuration
USER root
RUN install -d -o 10001 -g 10001 -m 0755 /configuration
COPY --chmod=755 docker/configure docker/dashboards /usr/local/bin/
COPY --chmod=755 docker/postgres-roles docker/registry.sql docker/ready init_db.sql /wardflow/
COPY --chmod=755 monitoring/prometheus /wardflow/prometheus
COPY --chmod=755 monitoring/alertmanager /wardflow/alertmanager
COPY --chmod=755 monitoring/grafana /wardflow/grafana
USER 10001:10001
ENTRYPOINT ["configure"]

# --- A binary each. ---
FROM base AS database
COPY --from=build /binaries/database /usr/local/bin/
ENTRYPOINT ["database"]

FROM base AS generators
USER root
RUN install -d -o 10001 -g 10001 -m 0700 /data
COPY --chmod=755 docker/generate /usr/local/bin/
USER 10001:10001
COPY --from=build /binaries/generators /usr/local/bin/
ENTRYPOINT ["generators"]

FROM base AS producer
COPY --from=build /binaries/producer /usr/local/bin/
ENTRYPOINT ["producer"]

FROM base AS consumer
COPY --from=build /binaries/consumer /usr/local/bin/
ENTRYPOINT ["consumer"]

FROM base AS batch-ingest
USER root
RUN install -d -o 10001 -g 10001 -m 0700 /archive
USER 10001:10001
COPY --from=build /binaries/batch-ingest /usr/local/bin/
ENTRYPOINT ["batch-ingest"]

FROM base AS simulation
COPY --from=build /binaries/simulation /usr/local/bin/
ENTRYPOINT ["simulation"]
