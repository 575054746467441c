// Shows the description of the REST interface; kept here because the pages run no inline script.
const swagger = document.getElementById("swagger");

/** Swagger UI's headings follow on the page's own, and what stands before its calls is a landmark too. */
function fitIn() {
  for (const [name, label] of [["information-container", "About the interface"], ["scheme-container", "Token"]]) {
    const region = swagger.querySelector(`.${name}`);
    region?.setAttribute("role", "region");
    region?.setAttribute("aria-label", label);
  }
  for (const heading of swagger.querySelectorAll("h2, h3, h4, h5")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", "2");
  }
}

/** The description without the example's key: with it filled in, each answer after the first would be taken for a retry. */
async function description() {
  const told = await (await fetch("/openapi.json")).json();
  for (const operations of Object.values(told.paths)) {
    for (const { parameters = [] } of Object.values(operations)) {
      for (const parameter of parameters) if (parameter.in === "header") delete parameter.example;
    }
  }
  return told;
}

SwaggerUIBundle({
  spec: await description(),
  dom_id: "#swagger",
  deepLinking: false, // a link inside the button that opens a call could not be reached by keyboard
  persistAuthorization: false,
  validatorUrl: null,
  onComplete: () => {
    fitIn();
    new MutationObserver(fitIn).observe(swagger, { childList: true, subtree: true });
  },
});
