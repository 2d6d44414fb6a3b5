#!/bin/sh
# Rebuilds static/css/tongdian.css and static/js/components.js. Needs Node.js 20 and npm;
# only those who change the look run it: the results are committed.
set -eu
cd "$(dirname "$0")"
npm ci --no-fund --no-audit --ignore-scripts
npm run --silent build
