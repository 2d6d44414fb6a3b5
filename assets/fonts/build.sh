#!/bin/sh
# Rebuilds ledger/receipts/fonts/ from npm's @fontsource/noto-sans-sc (SIL Open Font License 1.1).
# Needs Node.js 20, npm and python3 with venv; the results are committed. Typst reads no WOFF2, so
# each weight is unpacked into TrueType once; its glyphs are not touched.
set -eu
cd "$(dirname "$0")"
npm ci --no-fund --no-audit --ignore-scripts
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" --quiet install fonttools==4.68.0 brotli==1.2.1
from=node_modules/@fontsource/noto-sans-sc
to=../../ledger/receipts/fonts
"$tools/bin/python" unpack.py "$from/files/noto-sans-sc-chinese-simplified-400-normal.woff2" "$to/NotoSansSC-Regular.ttf"
"$tools/bin/python" unpack.py "$from/files/noto-sans-sc-chinese-simplified-700-normal.woff2" "$to/NotoSansSC-Bold.ttf"
cp "$from/LICENSE" "$to/OFL.txt"
