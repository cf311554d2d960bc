// Arranges a chart beside the page, so that the page answers while thousands of nodes find their places.
// The same ties give the same picture: chance is seeded.
importScripts("../vendor/cytoscape.js", "../vendor/layout-base.js", "../vendor/cose-base.js", "../vendor/cytoscape-fcose.js");

const register = self.cytoscapeFcose;
cytoscape.use(register);

function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

self.onmessage = (event) => {
  const { number, nodes, lines } = event.data;
  Math.random = seeded(1);
  const chart = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: "node", style: { width: 120, height: 60 } }],
    elements: [
      ...nodes.map((id) => ({ data: { id } })),
      ...lines.map(([source, target], n) => ({ data: { id: `line-${n}`, source, target } })),
    ],
  });
  const many = nodes.length > 400;
  const layout = chart.layout({
    name: "fcose",
    quality: many ? "draft" : "default",
    animate: false,
    randomize: true,
    nodeSeparation: 140,
    idealEdgeLength: 130,
    nodeRepulsion: 9000,
    packComponents: false,
    numIter: many ? 500 : 2500,
  });
  layout.one("layoutstop", () => {
    const places = {};
    chart.nodes().forEach((node) => {
      places[node.id()] = node.position();
    });
    self.postMessage({ number, places });
    chart.destroy();
  });
  layout.run();
};
