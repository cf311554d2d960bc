// The map over the table: cells and districts as the page's address answers them, on a plain ground. No tiles, nothing from outside.
const box = document.querySelector("[data-map]");
const said = box && box.querySelector("[data-map-said]");

function fill(children) {
  if (children >= 6) return "#1d70b8";
  if (children >= 3) return "#5694ca";
  return "#d2e2f1";
}

function look(feature) {
  if (feature.properties.kind === "business") {
    return { radius: 7, color: "#0b0c0c", weight: 2, fillColor: feature.properties.filled ? "#1d70b8" : "#fff", fillOpacity: 1 };
  }
  if (feature.properties.kind === "area") {
    return { color: "#0b0c0c", weight: 2, dashArray: "6 4", fillColor: "#f3f2f1", fillOpacity: 0.4 };
  }
  return { color: "#0b0c0c", weight: 2, fillColor: fill(feature.properties.children), fillOpacity: 0.8 };
}

function words(p) {
  if (p.said) return p.said;
  const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
  const there = p.tasks ? `, ${count(p.tasks, "task", "tasks")} here with ${count(p.reports, "report", "reports")} in four weeks` : "";
  return `${p.name}: ${count(p.records, "record", "records")}, ${count(p.children, "child", "children")}${there}`;
}

// A place is a few pixels wide on a force's map: a dot of even size stands on it, and carries the focus.
function dot(layer) {
  const p = layer.feature.properties;
  return L.circleMarker(layer.getBounds().getCenter(), { radius: 7, color: "#0b0c0c", weight: 2, fillColor: fill(p.children), fillOpacity: 1 });
}

function reached(map, layer, p) {
  const path = layer.getElement();
  path.setAttribute("tabindex", "0");
  path.setAttribute("role", "link");
  path.setAttribute("aria-label", words(p));
  path.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.location.assign(p.url);
  });
  path.addEventListener("focus", () => {
    said.textContent = words(p);
    layer.setStyle({ weight: 5 });
    const at = layer.getBounds ? layer.getBounds().getCenter() : layer.getLatLng();
    if (!map.getBounds().contains(at)) map.panTo(at, { animate: false });
  });
  path.addEventListener("blur", () => layer.setStyle({ weight: 2 }));
}

async function draw() {
  const answer = await fetch(box.dataset.map, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
  const told = await answer.json();
  box.hidden = false;
  const map = L.map(box.querySelector("[data-map-canvas]"), { attributionControl: false, zoomSnap: 0.25, maxZoom: 17, minZoom: 5 });
  const outlines = L.geoJSON(told.outlines, { interactive: false, style: { color: "#484949", weight: 1.5, fill: false } }).addTo(map);
  for (const layer of outlines.getLayers()) {
    L.tooltip({ permanent: true, direction: "center", className: "redshank-map__district" })
      .setLatLng(layer.getBounds().getCenter())
      .setContent(document.createTextNode(layer.feature.properties.name).textContent)
      .addTo(map);
  }
  const cells = L.geoJSON(told.cells, { style: look, pointToLayer: (feature, at) => L.circleMarker(at) }).addTo(map);
  const bounds = cells.getLayers().length ? cells.getBounds() : outlines.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [30, 30], animate: false });
  else map.setView([52, -1], 8);
  const reach = [];
  cells.eachLayer((layer) => {
    const p = layer.feature.properties;
    const on = p.kind === "area" || p.kind === "business" ? layer : dot(layer).addTo(map);
    on.bindTooltip(() => Object.assign(document.createElement("span"), { textContent: words(p) }), { sticky: true });
    on.on("click", () => window.location.assign(p.url));
    reach.push([on, p]);
  });
  for (const [layer, p] of reach) reached(map, layer, p);
  box.dataset.ready = "yes";
}

if (box) {
  draw().catch((error) => {
    box.hidden = false;
    said.textContent = `The map could not be drawn (${error.message}). The table holds the same.`;
  });
}
