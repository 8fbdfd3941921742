// Nothing that was typed is lost: not when the page is left before the next draft, nor when the session ends meanwhile.
const STASH = "typed:";
const HIDDEN = ["csrf", "seconds"];
let dirty = false;

export function keep(form) {
  dirty = restore(form);
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", () => (dirty = false));
}

function stash(form) {
  const typed = [...new FormData(form)].filter(([name]) => !HIDDEN.includes(name));
  sessionStorage.setItem(STASH + form.dataset.draft, JSON.stringify(typed));
}

function restore(form) {
  const typed = sessionStorage.getItem(STASH + form.dataset.draft);
  if (!typed) return false;
  sessionStorage.removeItem(STASH + form.dataset.draft);
  form.querySelectorAll(":checked").forEach((field) => (field.checked = false));
  for (const [name, value] of JSON.parse(typed)) {
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
    dirty = xhr.status >= 400;
    if (!dirty) return;
    event.detail.shouldSwap = false;
    target.textContent = xhr.status === 401 ? "Not kept: you are signed out" : "Not kept";
  } else if (xhr.status === 401 || xhr.status === 403) {
    event.detail.shouldSwap = false;
    const form = document.querySelector("#answer");
    if (form) stash(form);
    location.reload();
  }
}

document.addEventListener("htmx:sendError", () => (dirty = true));
addEventListener("pagehide", () => {
  const form = document.querySelector("#answer");
  if (!form || !dirty) return;
  navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
  // a page that is only loaded again may be asked for before the draft has arrived
  stash(form);
});
