#!/bin/sh
# Builds the web app into dist/. Takes React, esbuild and tsc from node_modules if it is there, else from Debian's packages
# (apt install node-react node-react-dom esbuild node-typescript node-csstype node-prop-types).
# SKIP_TSC=1 leaves the type check out.
set -eu
cd "$(dirname "$0")"
PATH="$PWD/node_modules/.bin:$PATH"
NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"
export PATH NODE_PATH
budget=122880 # bytes of gzip for the first load: 120 KB

if [ ! -f src/api.gen.ts ]; then
  echo "web/src/api.gen.ts is missing. Make it with: .build/debug/opsconductor api-types > web/src/api.gen.ts" >&2
  exit 1
fi
for tool in esbuild $([ "${SKIP_TSC:-}" ] || echo tsc); do
  if ! command -v "$tool" > /dev/null; then
    echo "$tool is missing. Run: npm install   or: apt install node-react node-react-dom esbuild node-typescript node-csstype node-prop-types" >&2
    exit 1
  fi
done

[ "${SKIP_TSC:-}" ] || tsc -p .
fresh=dist.new
rm -rf "$fresh"
esbuild src/main.tsx --bundle --minify --sourcemap --format=esm --splitting --target=es2021 --jsx=automatic \
  --define:process.env.NODE_ENV='"production"'  \
  --entry-names='[name]-[hash]' --chunk-names='[name]-[hash]' --asset-names='[name]-[hash]' \
  --metafile=meta.json --outdir="$fresh/assets" --log-level=warning

icon="icon-$(cksum < icon.svg | cut -d" " -f1).svg"
cp icon.svg "$fresh/assets/$icon"

name() { basename "$(ls "$fresh"/assets/$1)"; }
sed -e "s|%JS%|assets/$(name 'main-*.js')|" -e "s|%CSS%|assets/$(name 'main-*.css')|" -e "s|%ICON%|assets/$icon|" \
  index.html > "$fresh/index.html"
find "$fresh" -type f ! -name '*.map' -exec gzip -9kn {} +

# What index.html loads at once: the entry, the chunks that it imports statically, and the style sheet.
total=$(wc -c < "$fresh/assets/$(name 'main-*.css').gz")
seen=" "
queue=$(name 'main-*.js')
while [ -n "$queue" ]; do
  next=""
  for file in $queue; do
    case "$seen" in *" $file "*) continue ;; esac
    seen="$seen$file "
    total=$((total + $(wc -c < "$fresh/assets/$file.gz")))
    next="$next $(grep -oE '(from|import)"\./[A-Za-z0-9_.-]+\.js"' "$fresh/assets/$file" | sed 's/.*"\.\///; s/"$//' | sort -u | tr '\n' ' ')"
  done
  queue=$(echo $next)
done
echo "First load: $total of $budget bytes (gzip)"
if [ "$total" -gt "$budget" ]; then
  echo "The first load is over its budget. Look into web/meta.json for what grew." >&2
  exit 1
fi
rm -rf dist
mv "$fresh" dist
