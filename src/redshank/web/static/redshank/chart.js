// The chart that is explored: drawn by Cytoscape, arranged by a worker, told by what the page's address answers.
// Without script the server's picture and the tables stand alone.
const SHAPES = {
  concern: { shape: "rectangle", "background-color": "#ffffff", "border-color": "#0b0c0c", "border-width": 2 },
  unknown: { shape: "rectangle", "background-color": "#ffffff", "border-color": "#0b0c0c", "border-width": 2, "border-style": "dashed" },
  child: { shape: "ellipse", "background-color": "#d2e2f1", "border-color": "#1d70b8", "border-width": 2 },
  phone: { shape: "diamond", "background-color": "#fff7bf", "border-color": "#594d00", "border-width": 2 },
  vehicle: { shape: "hexagon", "background-color": "#fff7bf", "border-color": "#594d00", "border-width": 2 },
  handle: { shape: "tag", "background-color": "#fff7bf", "border-color": "#594d00", "border-width": 2 },
  place: { shape: "pentagon", "background-color": "#cce2d8", "border-color": "#005a30", "border-width": 2 },
  line: { shape: "octagon", "background-color": "#eeefef", "border-color": "#484949", "border-width": 2 },
  record: { shape: "round-rectangle", "background-color": "#eeefef", "border-color": "#484949", "border-width": 1 },
  other: { shape: "triangle", "background-color": "#eeefef", "border-color": "#484949", "border-width": 1 },
};
const STYLE = [
  {
    selector: "node",
    style: {
      width: 30, height: 30, label: "data(label)", "font-family": "arial, sans-serif", "font-size": 13, color: "#0b0c0c",
      "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 140, "min-zoomed-font-size": 9,
      "text-background-color": "#ffffff", "text-background-opacity": 0.8,
    },
  },
  ...Object.entries(SHAPES).map(([kind, style]) => ({ selector: `node[kind = "${kind}"]`, style })),
  { selector: "edge", style: { width: "data(width)", "line-color": "#505a5f", "curve-style": "haystack", opacity: 0.7 } },
  { selector: "node.chosen", style: { "border-width": 5, "border-color": "#0b0c0c", "overlay-color": "#ffdd00", "overlay-opacity": 0.5, "overlay-padding": 8, "min-zoomed-font-size": 0 } },
  { selector: "edge.near", style: { "line-color": "#0b0c0c", width: 4, opacity: 1 } },
  { selector: "node.near", style: { "min-zoomed-font-size": 0 } },
];

// Of thousands only the chosen and their neighbours carry a label; lines are thin and solid. That keeps a frame short.
const STYLE_OF_MANY = [
  ...STYLE,
  { selector: "node", style: { label: "", "border-width": 1 } },
  { selector: "edge", style: { width: 1, opacity: 1, "line-color": "#7b8084" } },
  { selector: "node.chosen, node.near", style: { label: "data(label)" } },
  { selector: "edge.near", style: { "line-color": "#0b0c0c", width: 3 } },
];
const MANY = 400;
const SLICE = 300;

let loading = null;
function cytoscapeFrom(address) {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.cytoscape);
    script.onerror = () => reject(new Error("the chart's script did not load"));
    document.head.append(script);
  });
  return loading;
}

class Explorer {
  constructor(box) {
    this.box = box;
    this.part = (name) => box.querySelector(`[data-chart-${name}]`);
    this.said = this.part("said");
    this.chart = null;
    this.number = 0;
    box.hidden = false;
    this.part("start").addEventListener("click", () => this.draw());
    this.part("show").addEventListener("change", () => this.chart && this.draw());
    this.part("in").addEventListener("click", () => this.size(1.3));
    this.part("out").addEventListener("click", () => this.size(1 / 1.3));
    this.part("fit").addEventListener("click", () => this.chart && this.fit());
    this.part("find").addEventListener("input", (event) => this.find(event.target.value));
    this.part("canvas").addEventListener("keydown", (event) => this.key(event));
  }

  async draw() {
    const number = ++this.number;
    this.say("Fetching the ties …");
    try {
      const [cytoscape, answer] = await Promise.all([
        cytoscapeFrom(this.box.dataset.cytoscape),
        fetch(`${this.box.dataset.chart}?show=${encodeURIComponent(this.part("show").value)}`, { credentials: "same-origin" }),
      ]);
      if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
      const told = await answer.json();
      if (number !== this.number) return;
      this.show(cytoscape, told, number);
    } catch (error) {
      this.say(`The chart could not be drawn (${error.message}). The picture and the tables hold the same ties.`);
    }
  }

  // Places first, by the worker; then nodes and lines in slices, so that no frame takes long; then the canvas, once.
  show(cytoscape, told, number) {
    const drawn = `${told.nodes.length.toLocaleString("en-GB")} drawn, ${told.lines.length.toLocaleString("en-GB")} lines between them.`;
    this.part("notes").replaceChildren(
      ...told.notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    this.say(`${drawn} Finding their places …`);
    if (this.worker) this.worker.terminate();
    this.worker = new Worker(this.box.dataset.worker);
    this.worker.onmessage = (event) => this.fill(cytoscape, told, number, event.data.places, drawn);
    this.worker.onerror = () => {
      const places = Object.fromEntries(told.nodes.map((node, at) => [node.id, ring(at, told.nodes.length)]));
      this.fill(cytoscape, told, number, places, `${drawn} They could not be arranged and stand in a ring.`);
    };
    this.worker.postMessage({ number, nodes: told.nodes.map((n) => n.id), lines: told.lines.map((l) => [l.source, l.target]) });
  }

  async fill(cytoscape, told, number, places, drawn) {
    const many = told.nodes.length > MANY;
    const chart = cytoscape({
      headless: true, styleEnabled: true, style: many ? STYLE_OF_MANY : STYLE, minZoom: 0.02, maxZoom: 4,
      hideEdgesOnViewport: many, textureOnViewport: many, pixelRatio: many ? 1 : "auto",
    });
    const elements = [
      ...told.nodes.map((node) => ({ data: node, position: places[node.id] })),
      ...told.lines.map((line, at) => ({ data: { ...line, id: `line-${at}`, width: Math.min(1 + line.records.length, 6) } })),
    ];
    for (let at = 0; at < elements.length; at += SLICE) {
      chart.add(elements.slice(at, at + SLICE));
      await new Promise((next) => requestAnimationFrame(next));
      if (number !== this.number) return chart.destroy();
    }
    this.part("live").hidden = false;
    this.part("start").hidden = true;
    if (this.chart) this.chart.destroy();
    this.chosen = null;
    this.chart = chart;
    this.extent = extent(Object.values(places));
    chart.on("tap", "node", (event) => this.choose(event.target));
    chart.on("tap", (event) => event.target === chart && this.let());
    chart.mount(this.part("canvas"));
    this.fit();
    this.box.dataset.ready = String(number);
    this.say(drawn);
  }

  // By the places alone: asking Cytoscape for the bounds of thousands of nodes would hold the page up.
  fit() {
    const box = this.part("canvas").getBoundingClientRect();
    const { left, top, wide, high } = this.extent;
    const zoom = Math.min((box.width - 120) / Math.max(wide, 1), (box.height - 120) / Math.max(high, 1), 1.2);
    const pan = { x: box.width / 2 - zoom * (left + wide / 2), y: box.height / 2 - zoom * (top + high / 2) };
    this.chart.viewport({ zoom, pan });
  }

  size(by) {
    if (!this.chart) return;
    const box = this.part("canvas").getBoundingClientRect();
    this.chart.zoom({ level: this.chart.zoom() * by, renderedPosition: { x: box.width / 2, y: box.height / 2 } });
  }

  say(text) {
    this.said.textContent = text;
  }

  find(typed) {
    const wanted = typed.trim().toLowerCase();
    if (!this.chart || !wanted) return;
    const found = this.chart.nodes().filter((node) => node.data("label").toLowerCase().includes(wanted));
    if (found.empty()) this.say("Nothing drawn here is called that.");
    else this.choose(found[0], found.length);
  }

  let() {
    this.chart.elements().removeClass("chosen near");
    this.chosen = null;
  }

  choose(node, of = 1) {
    this.let();
    this.chosen = node;
    node.addClass("chosen");
    node.neighborhood().addClass("near");
    const at = node.renderedPosition();
    const box = this.part("canvas").getBoundingClientRect();
    this.chart.panBy({ x: box.width / 2 - at.x, y: box.height / 2 - at.y });
    const ties = node.connectedEdges().map((edge) => {
      const other = edge.source().same(node) ? edge.target() : edge.source();
      const by = edge.data("said") === other.data("label") || edge.data("said") === node.data("label") ? "" : `${edge.data("said")}: `;
      return `${other.data("label")} (${by}${edge.data("records").slice(0, 3).join(", ")}${edge.data("records").length > 3 ? " and more" : ""})`;
    });
    const shown = ties.slice(0, 8).join("; ");
    const more = ties.length > 8 ? `; and ${ties.length - 8} more` : "";
    const among = of > 1 ? ` First of ${of} found.` : "";
    this.say(`${node.data("label")}: ${node.data("said")}. ${ties.length === 1 ? "1 line" : `${ties.length} lines`}: ${shown}${more}.${among}`);
    if (node.data("url")) {
      const link = Object.assign(document.createElement("a"), { className: "govuk-link", href: node.data("url"), textContent: "Open its page" });
      this.said.append(" ", link);
    }
  }

  key(event) {
    if (!this.chart) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) this.go(step);
    else if (event.key === "Enter" && this.chosen && this.chosen.data("url")) window.location.assign(this.chosen.data("url"));
    else if (event.key === "+" || event.key === "=") this.size(1.3);
    else if (event.key === "-") this.size(1 / 1.3);
    else if (event.key === "Escape") this.let();
    else return;
    event.preventDefault();
  }

  // The nearest node in a direction: how far ahead it is, and twice how far to the side.
  go([x, y]) {
    const nodes = this.chart.nodes();
    if (!this.chosen) return this.choose(nodes[0]);
    const from = this.chosen.position();
    let best = null;
    nodes.forEach((node) => {
      const to = node.position();
      const ahead = (to.x - from.x) * x + (to.y - from.y) * y;
      const aside = Math.abs((to.x - from.x) * y) + Math.abs((to.y - from.y) * x);
      if (node.same(this.chosen) || ahead <= 0) return;
      const far = ahead + 2 * aside;
      if (!best || far < best.far) best = { node, far };
    });
    if (best) this.choose(best.node);
  }
}

function extent(places) {
  const xs = places.map((p) => p.x);
  const ys = places.map((p) => p.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, wide: Math.max(...xs) - left, high: Math.max(...ys) - top };
}

function ring(at, of) {
  const turn = (2 * Math.PI * at) / Math.max(of, 1);
  const wide = Math.max(150, of * 8);
  return { x: wide * Math.cos(turn), y: wide * Math.sin(turn) };
}

for (const box of document.querySelectorAll("[data-chart]")) new Explorer(box);
