/** Draws the definition of the interface; links to it where the assets are missing. */

const place = document.getElementById("api");

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({ url: place.dataset.definition, domNode: place, deepLinking: true, validatorUrl: null });
} else {
  const link = document.createElement("a");
  link.href = link.textContent = place.dataset.definition;
  place.append(link);
}
