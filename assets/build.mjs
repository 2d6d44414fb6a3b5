// Compiles scss/ and js/ into ../static. Run through build.sh; needs Node.js 20 or newer.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import * as sass from "sass";

const version = JSON.parse(
  readFileSync("node_modules/govuk-frontend/package.json", "utf8"),
).version;
const notice =
  `/*! Parts from govuk-frontend ${version}, (c) Crown copyright (Government Digital Service), ` +
  "MIT licence, renamed and restyled. See docs/licences.md. */\n";

// One prefix of our own for classes, custom properties and data attributes.
const renamed = (text) =>
  text
    .replaceAll("govuk-frontend-supported", "td-frontend-supported")
    .replaceAll("govuk-", "td-");

const css = sass.compile("scss/tongdian.scss", {
  importers: [new sass.NodePackageImporter()],
  style: "compressed",
  quietDeps: true,
  charset: false, // a byte-order mark after the notice would hide the first rule
}).css;
if (/GDS Transport|@font-face|crown/i.test(css)) {
  throw new Error("The stylesheet contains a typeface or mark that is not ours to use.");
}
if (/url\(\s*["']?(https?:)?\/\//.test(css)) {
  throw new Error("The stylesheet asks another host.");
}
writeFileSync("../static/css/tongdian.css", notice + renamed(css) + "\n");

// Of Leaflet what needs no picture: our pages draw shapes alone.
const leaflet = JSON.parse(readFileSync("node_modules/leaflet/package.json", "utf8")).version;
const drawnBy = `/*! With Leaflet ${leaflet}, (c) Volodymyr Agafonkin, BSD 2-Clause. See docs/licences.md. */\n`;
const base = readFileSync("node_modules/leaflet/dist/leaflet.css", "utf8")
  .replaceAll(/\/\*[^]*?\*\//g, "")
  .replaceAll(/[^{}]*\{[^{}]*url\([^{}]*\}/g, "");
const own = sass.compile("scss/map.scss", { style: "compressed", charset: false }).css;
const mapCss = sass.compileString(base, { style: "compressed", charset: false }).css + own;
writeFileSync("../static/css/map.css", `${drawnBy}${mapCss}\n`);

async function bundled(entry) {
  const made = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  return made.outputFiles[0].text;
}

writeFileSync(
  "../static/js/components.js",
  notice + renamed(await bundled("js/components.mjs")),
);

const versions = ["ed25519", "hashes"]
  .map((name) => [name, readFileSync(`node_modules/@noble/${name}/package.json`, "utf8")])
  .map(([name, text]) => `@noble/${name} ${JSON.parse(text).version}`);
writeFileSync(
  "../static/js/record.js",
  `/*! With ${versions.join(" and ")}, (c) Paul Miller, MIT licence. See docs/licences.md. */\n` +
    (await bundled("js/record/record.mjs")),
);

writeFileSync("../static/js/map.js", drawnBy + (await bundled("js/map.mjs")));
