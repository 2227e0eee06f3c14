// The menus that unfold: a click beside one or Escape closes it, and who comes back to the page finds it closed.

const FOLDED = "details.menu, details.me";

function opened(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>(FOLDED)].filter((menu) => menu.open);
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element) || target.closest(".side-nav")) return;
  for (const menu of opened()) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

window.addEventListener("pagehide", () => {
  for (const menu of opened()) menu.open = false;
});
