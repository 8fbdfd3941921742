// The second half of a double click or a held Enter must not answer the next task, nor hand a batch in.
const SOON = 600;
let arrived = -Infinity;
let touched = false;

export function guard() {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "work") return;
    arrived = performance.now();
    touched = false;
  });
  document.addEventListener("input", () => (touched = true), { capture: true });
  document.addEventListener("submit", stop, { capture: true });
}

function stop(event) {
  if (event.target.id === "undo" || touched || performance.now() - arrived > SOON) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
