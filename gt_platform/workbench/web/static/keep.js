// Nothing that was typed is lost: not when the page is left before the next draft, nor when the session ends meanwhile.
const STASH = "typed:";
const HIDDEN = ["csrf", "seconds"];
// how often something was typed: till now, when a draft was last sent, and when the last one that arrived was
let typed = 0;
let sent = 0;
let kept = 0;

export function keep(form) {
  typed = sent = kept = 0;
  if (restore(form)) typed += 1;
  form.addEventListener("input", () => (typed += 1));
  form.addEventListener("submit", () => (kept = typed));
}

function stash(form) {
  const fields = [...new FormData(form)].filter(([name]) => !HIDDEN.includes(name));
  sessionStorage.setItem(STASH + form.dataset.draft, JSON.stringify(fields));
}

function restore(form) {
  const stashed = sessionStorage.getItem(STASH + form.dataset.draft);
  if (!stashed) return false;
  sessionStorage.removeItem(STASH + form.dataset.draft);
  form.querySelectorAll(":checked").forEach((field) => (field.checked = false));
  for (const [name, value] of JSON.parse(stashed)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  }
  return true;
}

// 401: the session is over; 403: the page is older than the session. Loading the page again mends both.
export function refused(event) {
  const { xhr, target } = event.detail;
  if (target.id === "saved") {
    if (xhr.status < 400) return void (kept = sent);
    typed += 1;
    event.detail.shouldSwap = false;
    target.textContent = xhr.status === 401 ? "Not kept: you are signed out" : "Not kept";
  } else if (xhr.status === 401 || xhr.status === 403) {
    event.detail.shouldSwap = false;
    const form = document.querySelector("#answer");
    if (form) stash(form);
    location.reload();
  }
}

document.addEventListener("htmx:sendError", () => (typed += 1));
document.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.target.id === "saved") sent = typed;
});
addEventListener("pagehide", () => {
  const form = document.querySelector("#answer");
  if (!form || typed === kept) return;
  navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
  // a page that is only loaded again may be asked for before the draft has arrived
  stash(form);
});
