# `trm serve` in a container, from the package as npm packs it:
#
#   npm ci && npm run build && npm pack && docker build -t trm .
#   docker run --rm -p 8642:8642 trm
#
# A run of one's own: docker run --rm -p 8642:8642 -v "$PWD/runs/mine:/run:ro" trm serve /run --host 0.0.0.0 --log json
FROM node:22-bookworm-slim

# ONNX Runtime for this platform alone: neither wasm (--omit=optional) nor the other systems' libraries; no install scripts.
WORKDIR /app
COPY tiny-recursive-model-*.tgz ./
RUN npm install --omit=optional --ignore-scripts --no-audit --no-fund ./tiny-recursive-model-*.tgz onnxruntime-node \
  && rm -r ./*.tgz node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 \
  && npm cache clean --force

ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
USER node
EXPOSE 8642
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8642/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["trm"]
CMD ["serve", "sudoku-9x9", "--host", "0.0.0.0", "--log", "json"]
