#!/bin/sh
# Rebuilds static/css/tongdian.css, static/css/map.css, static/js/components.js,
# static/js/map.js and static/js/record.js. Needs
# Node.js 20 and npm; only those who change the look or the check of receipts run it: the results
# are committed.
set -eu
cd "$(dirname "$0")"
npm ci --no-fund --no-audit --ignore-scripts
npm run --silent build
