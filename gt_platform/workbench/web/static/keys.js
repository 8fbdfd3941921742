// Everything a task needs, from the keyboard. Single keys count only where no text is being written.
const TEXT = "textarea, input:not([type=radio], [type=checkbox])";
const ACTS = "button, a, summary, select";

const acts = {
  s: () => openAt("#skip", "[name=reason]"),
  c: () => openAt("details.comment", "textarea"),
  u: () => document.querySelector("#undo")?.requestSubmit(),
  g: toGuideline,
  "/": () => document.querySelector("[data-find]")?.select(),
  j: () => toRow(1),
  k: () => toRow(-1),
  n: () => document.querySelector("[data-next]")?.click(),
  "?": () => document.querySelector("#help")?.showModal(),
};

export function followKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const handled = event.key === "Enter" ? enter(event) : !event.ctrlKey && !event.metaKey && single(event);
    if (handled) event.preventDefault();
  });
}

function enter(event) {
  const { target } = event;
  const own = target.closest("form");
  const goesOn = target.matches("textarea") && !event.ctrlKey && !event.metaKey;
  if (event.repeat || goesOn || target.matches(ACTS) || (own && own.id !== "answer")) return false;
  const form = document.querySelector("#answer");
  if (form) form.requestSubmit();
  else document.querySelector("[data-enter]")?.click();
  return true;
}

function single(event) {
  if (event.target.matches("select")) return false;
  if (event.target.matches(TEXT)) {
    if (event.key !== "Escape") return false;
    document.querySelector("#question")?.focus({ preventScroll: true });
    return true;
  }
  if (/^[1-9]$/.test(event.key)) return choose(event.key, event.target);
  const act = acts[event.key];
  if (!act) return false;
  act();
  return true;
}

function choose(number, target) {
  const groups = [...document.querySelectorAll("#answer [data-keys]")];
  const unanswered = (group) => !group.querySelector(":checked");
  const group = target.closest("[data-keys]") ?? groups.find(unanswered) ?? groups[0];
  const option = group?.querySelector(`[data-key="${number}"]`);
  if (!option) return false;
  option.click();
  if (option.matches("input")) {
    option.focus({ preventScroll: true });
    // several questions: on to the next, so that one digit after the other answers them all
    const next = option.type === "radio" && groups.slice(groups.indexOf(group) + 1).find(unanswered);
    if (next) next.querySelector("input, button").focus();
  }
  return true;
}

function openAt(details, field) {
  const found = document.querySelector(details);
  if (!found) return;
  found.open = true;
  found.querySelector(field).focus();
}

function toRow(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const now = rows.indexOf(document.activeElement);
  rows[now < 0 ? 0 : now + step]?.focus();
}

let before = null;
function toGuideline() {
  const guideline = document.querySelector("#guideline");
  if (!guideline) return;
  const there = guideline.contains(document.activeElement);
  if (!there) before = document.activeElement;
  (there ? (before?.isConnected ? before : document.querySelector("#question")) : guideline).focus();
}
