// <redshank-language for="id-of-a-field">: shows, beside a field, phrases that blame or diminish a child, as somebody types.
//
// It asks POST /api/language/check (attribute "endpoint" for another address), changes nothing in the field, and never stands
// in the way of sending. On our own pages every longer text has one; a field whose words are somebody else's says so:
//   data-language="quoted"   a child's or another person's own words
//   data-language="form"     the form has advice of its own
// Another system copies this file, sets the endpoint to a relay of its own that adds the token, and styles the parts by their classes.

const WAIT = 700; // milliseconds after the last key
const KINDS = { reword: "You could write", ask: "Ask yourself" };

class RedshankLanguage extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for") || "");
    if (!this.field || this.listening) return;
    this.setAttribute("role", "status");
    this.listening = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.look(), WAIT); };
    this.field.addEventListener("input", this.listening);
    if (this.field.value.trim()) this.listening();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    if (this.field && this.listening) this.field.removeEventListener("input", this.listening);
    this.listening = null;
  }

  async look() {
    const text = this.field.value;
    if (!text.trim()) return this.show([]);
    const headers = { "Content-Type": "application/json" };
    const forged = this.field.form && this.field.form.querySelector('[name="csrfmiddlewaretoken"]');
    if (forged) headers["X-CSRFToken"] = forged.value;
    try {
      const answer = await fetch(this.getAttribute("endpoint") || "/api/language/check", { method: "POST", headers, body: JSON.stringify({ text }) });
      if (!answer.ok) return;
      const { hits } = await answer.json();
      if (text === this.field.value) this.show(hits);
    } catch { /* The linter is an offer: where it cannot be reached, the form works without. */ }
  }

  show(hits) {
    const told = hits.filter((hit) => !hit.quoted);
    const said = JSON.stringify(told.map((hit) => [hit.phrase, hit.rule]));
    if (said === this.said) return; // nothing new to read aloud
    this.said = said;
    this.replaceChildren();
    if (!told.length) return;
    const box = make("div", "govuk-inset-text redshank-language");
    box.append(make("p", "govuk-body-s", "Words to look at. Your text stays as you write it."));
    const list = make("ul", "govuk-list govuk-list--bullet");
    for (const hit of told) {
      const words = hit.alternative_kind === "reword" ? `“${hit.alternative}”` : hit.alternative;
      list.append(make("li", "", `“${hit.phrase}” ${hit.reason}. ${KINDS[hit.alternative_kind] || "Instead"}: ${words}`));
    }
    box.append(list);
    this.append(box);
  }
}

function make(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

// Every longer text of our own pages, also in what is put into a page later.
export function everywhere(scope) {
  for (const field of scope.querySelectorAll("textarea[id]:not([data-language])")) {
    if (document.querySelector(`redshank-language[for="${CSS.escape(field.id)}"]`)) continue;
    const beside = document.createElement("redshank-language");
    beside.setAttribute("for", field.id);
    field.after(beside);
  }
}

customElements.define("redshank-language", RedshankLanguage);
