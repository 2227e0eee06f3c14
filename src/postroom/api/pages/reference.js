// Calls an operation from its form and shows the answer. The token stays in the field: nothing is stored.
"use strict";

function request(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (!field.value) continue;
    else if (field.dataset.in === "header") headers[field.name] = field.value;
    else query.set(field.name, field.value);
  }
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  else headers["X-CSRFToken"] = document.body.dataset.csrf;
  const body = form.querySelector(".body:not([hidden])");
  if (body) headers["Content-Type"] = body.dataset.mediaType;
  return [query.size ? `${path}?${query}` : path, {
    method: form.dataset.method, headers, credentials: token ? "omit" : "same-origin",
    body: body ? body.querySelector("textarea").value : undefined,
  }];
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function shown(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

async function send(form) {
  const answer = await fetch(...request(form));
  const status = element("p", `${answer.status} ${answer.statusText}`);
  status.className = answer.ok ? "status good" : "status bad";
  const headers = element("pre", [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n"));
  const text = await answer.text();
  const answered = text ? [element("h3", "Answer"), element("pre", shown(text))] : [];
  return [status, ...answered, element("h3", "Headers"), headers];
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const output = event.target.querySelector("output");
  const button = event.target.querySelector("button");
  button.disabled = true;
  output.replaceChildren(element("p", "Sending…"));
  try { output.replaceChildren(...await send(event.target)); } catch {
    output.replaceChildren(element("p", "The server did not answer, or cannot be reached."));
  }
  button.disabled = false;
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "media-type") return;
  for (const body of event.target.form.querySelectorAll(".body")) {
    body.hidden = body.dataset.mediaType !== event.target.value;
  }
});

// A link to an operation opens it.
function open() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", open);
open();
