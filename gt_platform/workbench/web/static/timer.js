// How long somebody was at a task: while the page was in view, and not longer than IDLE after they last did something.
const IDLE = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"];
const state = { field: null, key: "", spent: 0, last: 0, active: 0 };

export function measure(root) {
  const key = `seconds:${(root.querySelector("[data-task]") ?? root).dataset?.task ?? ""}`;
  // another task has come: the time of the one before was sent, and the store adds up what it is sent
  if (state.key && state.key !== key) sessionStorage.removeItem(state.key);
  state.field = root.querySelector("#answer [name=seconds]");
  state.key = key;
  state.spent = Number(sessionStorage.getItem(key)) || 0;
  state.last = state.active = performance.now();
}

function tick() {
  const now = performance.now();
  const counts = document.visibilityState === "visible" && now - state.active < IDLE;
  if (counts && state.field) {
    state.spent += now - state.last;
    state.field.value = (state.spent / 1000).toFixed(1);
    sessionStorage.setItem(state.key, String(Math.round(state.spent)));
  }
  state.last = now;
}

SIGNS.forEach((sign) => document.addEventListener(sign, () => (state.active = performance.now()), { passive: true, capture: true }));
document.addEventListener("visibilitychange", () => (state.last = performance.now()));
setInterval(tick, 250);
