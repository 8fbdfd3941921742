// The rules of the label that somebody is at: beside the item or, where there is no beside, below the label.
const AT = "label[data-of], li[data-of], button[data-of]";
const NARROW = matchMedia("(max-width: 900px)");
const rules = document.querySelector("#rules");
let shown = null;

export function followLabels() {
  if (!rules) return;
  // not every touch gives focus, and a digit chooses a button without it
  document.addEventListener("click", ({ target }) => show(target));
  // below a label they move the others: what moves between a press and its release is not clicked
  document.addEventListener("focusin", ({ target }) => {
    if (!NARROW.matches || target.matches(":focus-visible")) show(target);
  });
  // a mouse that only lies there is at no label of the next item
  document.addEventListener("pointermove", ({ target, pointerType }) => {
    if (!NARROW.matches && pointerType === "mouse") show(target);
  });
}

// The next item has labels of its own, which nobody is at.
export function forgetLabel() {
  if (!rules) return;
  shown = null;
  rules.hidden = true;
  document.querySelector("#guideline").prepend(rules);
}

function show(target) {
  const at = target.closest(AT);
  if (!at || at === shown) return;
  shown = at;
  const names = namesOf(at);
  const every = [...rules.querySelectorAll("[data-labels]")];
  for (const one of every) one.hidden = !JSON.parse(one.dataset.labels).some((label) => names.includes(label));
  rules.hidden = every.every((one) => one.hidden);
  rules.querySelector("h2 bdi").textContent = at.querySelector("bdi").textContent;
  if (!NARROW.matches) document.querySelector("#guideline").prepend(rules);
  else {
    (at.matches("label") ? at : at.closest("[data-keys]")).after(rules);
    rules.scrollIntoView({ block: "nearest" });
  }
}

// That of the label, and those of the criteria it is a step of.
function namesOf(at) {
  const own = [at.dataset.of];
  for (let one = at; (one = one.parentElement.closest("[data-of]")); ) own.push(one.dataset.of);
  return own;
}
