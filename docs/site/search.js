// The documentation's search: sections that hold every word, those with the word in their heading first. INDEX is made by scripts/site.py.
const form = document.getElementById("search");
const field = document.getElementById("words");
const found = document.getElementById("found");
const told = document.getElementById("told");
const all = document.getElementById("all");
const MOST = 40;

function look() {
  const words = field.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  found.replaceChildren();
  all.hidden = words.length > 0;
  if (!words.length) { told.textContent = ""; return; }
  const hits = [];
  for (const [address, title, anchor, heading, text] of INDEX) {
    const head = `${title} ${heading}`.toLowerCase();
    if (!words.every((word) => head.includes(word) || text.includes(word))) continue;
    hits.push({ address: `${address}#${anchor}`, title, heading, weight: words.filter((word) => head.includes(word)).length });
  }
  hits.sort((a, b) => b.weight - a.weight);
  const more = hits.length > MOST ? `; the first ${MOST} are shown, another word narrows it` : "";
  told.textContent = hits.length ? `${hits.length} found${more}.` : "Nothing holds all of these words: try fewer.";
  for (const hit of hits.slice(0, MOST)) {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = hit.address;
    link.textContent = hit.heading === hit.title ? hit.title : `${hit.title}: ${hit.heading}`;
    row.append(link);
    found.append(row);
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", look);
