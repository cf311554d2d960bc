// Copies what the pages load out of node_modules. Left out on the way: the GDS Transport font (@font-face) and the
// crest, which are not ours to use; the name of the font becomes arial. Addresses of images point to our folder.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const to = process.argv[2];
const from = (path) => `node_modules/${path}`;
rmSync(to, { recursive: true, force: true });
mkdirSync(`${to}/images`, { recursive: true });

function style(source, target, address) {
  let css = readFileSync(from(source), "utf8");
  css = css.replace(/@font-face\{[^}]*\}/g, "");
  css = css.replace(/[^{}]*\{[^{}]*govuk-crest[^{}]*\}/g, "");
  css = css.replace(/"?GDS Transport"?,\s*arial/gi, "arial");
  css = css.replace(/url\("?\/assets\/images\//g, "url(images/");
  css = css.replace(/\/\*#\s*sourceMappingURL=[^*]*\*\//g, "");
  if (address) css = address(css);
  writeFileSync(`${to}/${target}`, css);
}
function script(source, target) {
  writeFileSync(`${to}/${target}`, readFileSync(from(source), "utf8").replace(/^\/\/#\s*sourceMappingURL=.*$/gm, ""));
}

style("govuk-frontend/dist/govuk/govuk-frontend.min.css", "govuk-frontend.css");
style("@ministryofjustice/frontend/moj/moj-frontend.min.css", "moj-frontend.css");
style("leaflet/dist/leaflet.css", "leaflet.css");
script("govuk-frontend/dist/govuk/govuk-frontend.min.js", "govuk-frontend.js");
script("@ministryofjustice/frontend/moj/moj-frontend.min.js", "moj-frontend.js");
script("htmx.org/dist/htmx.min.js", "htmx.js");
script("cytoscape/dist/cytoscape.min.js", "cytoscape.js");
script("layout-base/layout-base.js", "layout-base.js");
script("cose-base/cose-base.js", "cose-base.js");
script("cytoscape-fcose/cytoscape-fcose.js", "cytoscape-fcose.js");
script("leaflet/dist/leaflet.js", "leaflet.js");
function images(folder, wanted) {
  for (const name of readdirSync(from(folder)).filter((name) => wanted.test(name))) {
    copyFileSync(`${from(folder)}/${name}`, `${to}/images/${name}`);
  }
}
images("leaflet/dist/images", /\.png$/);
images("@ministryofjustice/frontend/moj/assets/images", /^icon-.*\.svg$/);

// What these packages' licences ask of whoever passes them on, in one file beside them (it is in the wheel too).
const passed = ["govuk-frontend", "@ministryofjustice/frontend", "htmx.org", "cytoscape", "layout-base", "cose-base", "cytoscape-fcose", "leaflet"];
const licences = passed.map((name) => {
  const told = JSON.parse(readFileSync(from(`${name}/package.json`), "utf8"));
  const file = readdirSync(from(name)).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(from(`${name}/${file}`), "utf8").trim() : "Its package holds no text of the licence.";
  return `${name} ${told.version} (${told.license})\n\n${text}\n`;
});
writeFileSync(`${to}/licences.txt`, licences.join(`\n${"-".repeat(78)}\n\n`));
