# One image for every role: serve, work, migrate and the operator's commands.
#   docker build --build-arg VERSION=1.2.3 --build-arg REVISION=$(git rev-parse HEAD) -t lms-backend .
#   docker run --rm lms-backend --help

# Another place to get Node from: a mirror, or an image of one's own. It must run TypeScript: 24.15 or newer.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node, so the one of package.json, a development dependency, stays out. Nothing that comes
# from the registry runs here: the one package with a native part has a fallback without it.
RUN npm ci --omit=dev --ignore-scripts --no-update-notifier && npm cache clean --force

FROM ${NODE_IMAGE}
WORKDIR /app
# Where the product writes, and the only place: the root file system may be read-only. A named volume inherits the owner.
RUN mkdir -m 700 /data && chown 1000:1000 /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY ops/image/check-health.ts ./ops/image/
COPY src ./src
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data LOG_FORMAT=json
# As npm start does: halves the memory of a process (docs/decisions/0031).
ENV MALLOC_ARENA_MAX=1
USER 1000:1000
VOLUME /data
EXPOSE 8000
# Node is PID 1 and gets SIGTERM itself: neither npm nor a shell stands between.
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/src/main.ts"]
CMD ["serve"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["node", "/app/ops/image/check-health.ts"]

# Last, so that two releases share every layer that is the same.
ARG VERSION=0.0.0
ARG REVISION=unknown
ENV RELEASE=${VERSION}
LABEL org.opencontainers.image.title="LMS Backend" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
