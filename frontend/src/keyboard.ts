// Keys: "/" goes to the search field (data-search), "j" and "k" walk through the rows of a list (data-rows).

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] a[href]")].filter((row) => row.offsetParent !== null);
}

function walk(step: 1 | -1): void {
  const all = rows();
  const here = all.findIndex((row) => row === document.activeElement);
  const next = here === -1 && step === -1 ? all.length - 1 : here + step;
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const field = document.querySelector<HTMLElement>("[data-search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
  } else if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
});
