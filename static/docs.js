// Shows the description of the REST interface; kept here because the pages run no inline script.
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger", deepLinking: true, persistAuthorization: false, validatorUrl: null });
