// Nothing that was typed is lost: not when the page is left before the next draft, nor when the session ends meanwhile.
const STASH = "typed:";
const HIDDEN = ["csrf", "seconds", "after"];
// how often something was typed: till now, when a draft was last sent, and when the last one that arrived was
let typed = 0;
let sent = 0;
let kept = 0;

export function keep(form) {
  typed = sent = kept = 0;
  if (restore(form)) {
    typed += 1;
    document.querySelector("#saved").textContent = "Brought back, not sent yet";
  }
  form.addEventListener("input", () => (typed += 1));
}

// What was typed has come where it should; so has what a draft holds; or what was sent has not.
export const arrived = () => (kept = typed);
export const draftArrived = () => (kept = sent);
export const unsent = () => (typed += 1);

// Whose it is, and for which task: whoever signs in next may be given the same case.
function place(form) {
  return `${STASH}${document.body.dataset.who}:${form.dataset.draft}`;
}

export function stash() {
  const form = document.querySelector("#answer");
  if (!form?.dataset.draft) return;
  const fields = [...new FormData(form)].filter(([name]) => !HIDDEN.includes(name));
  sessionStorage.setItem(place(form), JSON.stringify(fields));
}

// Whoever is asked to sign in is told that nothing is lost.
export function tellStashed(told) {
  const names = Object.keys(sessionStorage).filter((key) => key.startsWith(STASH)).map((key) => key.split(":")[1]);
  told.hidden = !names.length;
  told.textContent = `What ${names[0]} typed is kept in this window, and there again once ${names[0]} is signed in.`;
}

function restore(form) {
  const stashed = sessionStorage.getItem(place(form));
  if (!stashed) return false;
  sessionStorage.removeItem(place(form));
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

document.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.target.id === "saved") sent = typed;
});
addEventListener("pagehide", () => {
  const form = document.querySelector("#answer");
  if (!form?.dataset.draft || typed === kept) return;
  navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
  // a page that is only loaded again may be asked for before the draft has arrived
  stash();
});
