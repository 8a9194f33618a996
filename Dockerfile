# syntax=docker/dockerfile:1
# One image for every role: `frontdesk start --role bot|worker|knowledge` differ in their command only.
# Targets: `frontdesk` (default; CPU), `frontdesk-gpu` (with the CUDA packages of node-llama-cpp).
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS sources
# strip: the binding of Chroma carries its debug information, 417 MB of which 46 MB are needed.
RUN apt-get update \
  && apt-get install -y --no-install-recommends binutils \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./

FROM sources AS modules
# `npm install`, not `npm ci`: the lock file may name binaries of other platforms that `npm ci` insists on.
RUN npm install --no-audit --no-fund
COPY tsconfig.json ./
COPY bin ./bin
COPY src ./src
COPY adapters ./adapters
COPY flows ./flows
COPY knowledge ./knowledge
COPY models ./models
RUN npm run -s build \
  && npm prune --omit=dev --no-audit --no-fund \
  && find node_modules -path '*chromadb-js-bindings*' -name '*.node' -exec strip --strip-unneeded {} +

FROM modules AS modules-gpu
# The overrides that keep the CUDA packages out are taken back.
RUN npm pkg delete 'overrides.@node-llama-cpp/linux-x64-cuda' 'overrides.@node-llama-cpp/linux-x64-cuda-ext' \
  && npm install --omit=dev --no-audit --no-fund \
  && find node_modules -path '*chromadb-js-bindings*' -name '*.node' -exec strip --strip-unneeded {} +

FROM ${NODE_IMAGE} AS base
ENV NODE_ENV=production \
  FRONTDESK_DATA_DIR=/data \
  FRONTDESK_HTTP_HOST=0.0.0.0 \
  FRONTDESK_HTTP_PORT=8787
WORKDIR /app
# Volumes take over the owner of the folder that they cover.
RUN mkdir -p /data/models /data/exports && chown -R node:node /data
COPY package.json ./
COPY bin ./bin
COPY docs ./docs
COPY samples ./samples
COPY models ./models
COPY knowledge/ingest/pdf/cmaps ./knowledge/ingest/pdf/cmaps
USER node
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.FRONTDESK_HTTP_PORT+'/healthz').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/frontdesk.mjs"]
CMD ["start"]

FROM base AS frontdesk-gpu
COPY --from=modules-gpu /app/dist ./dist
COPY --from=modules-gpu /app/node_modules ./node_modules
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM base AS frontdesk
COPY --from=modules /app/dist ./dist
COPY --from=modules /app/node_modules ./node_modules
