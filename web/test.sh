#!/bin/sh
# Unit tests on plain `node --test`: esbuild turns each test into build-test/*.cjs. React and jsdom stay external, see NODE_PATH
# (apt install esbuild node-react node-react-dom node-jsdom, or npm install).
set -eu
cd "$(dirname "$0")"
PATH="$PWD/node_modules/.bin:$PATH"
NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"
export PATH NODE_PATH
rm -rf build-test
esbuild test/*.test.ts test/*.test.tsx --bundle --platform=node --format=cjs --target=node18 --jsx=automatic --sourcemap=inline \
  --packages=external --supported:dynamic-import=false --outdir=build-test --out-extension:.js=.cjs --log-level=warning
timeout 120 node --enable-source-maps --test build-test/
