/** Draws the interface's own description; says where to read it where the assets are missing. */

const place = document.getElementById("docs");

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({ url: "/openapi.json", domNode: place, deepLinking: true, validatorUrl: null });
} else {
  const trouble = document.createElement("p");
  trouble.className = "trouble";
  trouble.textContent = "前端资源缺失,无法显示接口说明:请运行 make run 取回资源,或直接阅读 /openapi.json 。";
  place.append(trouble);
}
