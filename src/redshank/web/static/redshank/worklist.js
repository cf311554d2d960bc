// Keys for the worklist. Everything works without them; they rest while somebody types.
const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
const lines = () => [...document.querySelectorAll("[data-line]")];
let at = -1;

function go(to) {
  const all = lines();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, to));
  all.forEach((line, n) => line.classList.toggle("redshank-line--here", n === at));
  const link = all[at].querySelector("h2 a");
  link.focus();
  all[at].scrollIntoView({ block: "nearest" });
}

function here() {
  const line = document.activeElement && document.activeElement.closest("[data-line]");
  return line ? lines().indexOf(line) : at;
}

function press(key) {
  const marked = document.querySelector(`[data-key="${key}"]`);
  if (!marked) return false;
  if (marked.tagName === "SUMMARY") {
    const box = marked.closest("details");
    box.open = true;
    const first = box.querySelector("select, textarea, input:not([type=hidden])");
    (first || marked).focus();
  } else {
    marked.click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  const list = lines().length > 0;
  let done = true;
  if (event.key === "j" && list) go(here() + 1);
  else if (event.key === "k" && list) go(here() - 1);
  else if (event.key === "o" && list && here() >= 0) lines()[here()].querySelector("h2 a").click();
  else if (event.key === "x" && list && here() >= 0) {
    const box = lines()[here()].querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  } else if (event.key === "/" && document.getElementById("q")) document.getElementById("q").focus();
  else if (event.key === "?" && document.getElementById("keys")) {
    const keys = document.getElementById("keys");
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
  } else done = press(event.key);
  if (done) event.preventDefault();
});

// A filter brings other lines: the mark starts anew.
document.body.addEventListener("htmx:afterSettle", () => { at = -1; });
