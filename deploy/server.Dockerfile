# Gateway, worker and web in one container; Postgres stands beside it (docker-compose.yml).
FROM node:24-bookworm-slim AS build
WORKDIR /silt
COPY package.json package-lock.json tsconfig.base.json tsconfig.json turbo.json .npmrc ./
COPY apps apps
COPY packages packages
COPY bench bench
COPY faults faults
COPY lab lab
COPY prisma prisma
COPY scripts scripts
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN PATH="$PWD/node_modules/.bin:$PATH" TURBO_TELEMETRY_DISABLED=1 turbo run build

FROM node:24-bookworm-slim
WORKDIR /silt
COPY package.json ./
COPY scripts scripts
COPY prisma/migrations prisma/migrations
COPY deploy/collector deploy/collector
COPY --from=build /silt/apps/setup/dist apps/setup/dist
COPY --from=build /silt/apps/gateway/dist apps/gateway/dist
COPY apps/gateway/node-flags.json apps/gateway/node-flags.json
COPY apps/collector/node-flags.json apps/collector/node-flags.json
# Not to run here: hosts install it from the gateway.
COPY --from=build /silt/apps/collector/dist apps/collector/dist
COPY --from=build /silt/apps/worker/dist apps/worker/dist
COPY --from=build /silt/apps/web/.next/standalone apps/web/.next/standalone
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4300 4301
# Off loopback takes more than this: --trust-proxy with the network of the proxy, or --tls-cert and --tls-key.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:4300/api/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "scripts/start.mjs", "--prebuilt", "--no-collector", "--data", "/data", "--host", "0.0.0.0"]
