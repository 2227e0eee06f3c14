// A button with data-copy="#id" copies the text of that element, and says so for two seconds.

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  const source = button && document.querySelector<HTMLElement>(button.dataset.copy ?? "");
  if (!button || !source) return;
  await navigator.clipboard.writeText(source instanceof HTMLInputElement ? source.value : source.innerText.trim());
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 2000);
});
