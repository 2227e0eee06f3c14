// Calls an operation from its form and shows the answer. The token stays in the field: nothing is stored.
"use strict";

async function call(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value) query.set(field.name, field.value);
  }
  const headers = {};
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  else headers["X-CSRFToken"] = document.body.dataset.csrf;
  const body = form.querySelector("textarea");
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(query.size ? `${path}?${query}` : path, {
    method: form.dataset.method, headers, body: body ? body.value : undefined,
  });
  const text = await answer.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* an empty answer, say */ }
  return `${answer.status} ${answer.statusText}\n${shown}`;
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const output = event.target.querySelector("output");
  output.textContent = "…";
  try { output.textContent = await call(event.target); } catch (error) { output.textContent = String(error); }
});

// A link to an operation opens it.
function open() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", open);
open();
