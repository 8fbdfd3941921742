// The second half of a double click or a held Enter must not answer the next task, nor hand a batch in. Whatever is
// pressed while an answer is on its way is dropped by htmx (hx-sync), and said to be on its way where that takes long.
const SOON = 600;
const SLOW = 400;
let arrived = -Infinity;
let touched = false;
let sending = null;

export function guard() {
  document.addEventListener("input", () => (touched = true), { capture: true });
  document.addEventListener("submit", stop, { capture: true });
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", end);
}

// A task has come.
export function arrive() {
  arrived = performance.now();
  touched = false;
}

function stop(event) {
  if (event.target.id === "undo" || touched || performance.now() - arrived > SOON) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function begin(event) {
  const { elt, target, xhr, requestConfig } = event.detail;
  // a draft of the form as it was must not come after what is on its way and have the last word
  if (elt.id === "saved" && sending) event.preventDefault();
  if (target.id !== "work") return;
  document.querySelector("#saved")?.dispatchEvent(new Event("htmx:abort"));
  const pressed = [requestConfig.triggeringEvent?.submitter, elt].find((one) => one?.matches("button:not(.unseen)"));
  const button = pressed ?? elt.querySelector(".main") ?? elt.querySelector("button");
  sending = { xhr, target, button, label: [...button.childNodes], focused: document.activeElement };
  sending.timer = setTimeout(tell, SLOW);
}

// What is typed now would not be part of it.
function tell() {
  sending.button.replaceChildren("Sending…");
  sending.target.inert = true;
  document.querySelector("#live").textContent = "Sending…";
}

function end({ detail }) {
  if (sending?.xhr !== detail.xhr) return;
  const { timer, target, button, label, focused } = sending;
  sending = null;
  clearTimeout(timer);
  if (!target.inert) return;
  target.inert = false;
  button.replaceChildren(...label);
  if (focused.isConnected) focused.focus({ preventScroll: true });
}
