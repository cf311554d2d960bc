// Before the page is drawn: scripts are there, so the components may use them.
document.documentElement.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
