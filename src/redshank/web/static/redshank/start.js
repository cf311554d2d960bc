// The components of GOV.UK are started once, and again for what htmx puts into the page.
import { initAll } from "../vendor/govuk-frontend.js";
import { everywhere } from "./language.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
everywhere(document);
document.body.addEventListener("htmx:afterSettle", (event) => {
  initAll({ scope: event.detail.elt });
  everywhere(event.detail.elt);
});
