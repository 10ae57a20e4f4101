# The collector: one file on a Node. It reads the host through /host (docker-compose.yml shows the mounts).
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
RUN PATH="$PWD/node_modules/.bin:$PATH" TURBO_TELEMETRY_DISABLED=1 turbo run build --filter=@silt/collector

FROM node:24-bookworm-slim
# The programs that the slow beat asks: subvolume lists, thin pools, volume groups.
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends btrfs-progs dmsetup lvm2 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /silt/apps/collector/dist/silt-collector.mjs /usr/local/lib/silt-collector.mjs
ENV MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TRIM_THRESHOLD_=32768 MALLOC_TOP_PAD_=4096
ENTRYPOINT ["node", "--lite-mode", "--single-threaded", "--max-semi-space-size=1", "--v8-pool-size=0", "/usr/local/lib/silt-collector.mjs"]
CMD ["run"]
