// A part that is asked only where earlier ones have certain answers: away, and not sent, where they have not.
export function ask(element) {
  const form = element.closest("form");
  const all = element.dataset.when.split(";").map((any) => any.split(" ").map((one) => one.split("=")));

  function follow() {
    const chosen = ([name, value]) =>
      [...form.elements].some((each) => each.name === name && each.value === value && each.checked && !each.disabled);
    const asked = all.every((any) => any.some(chosen));
    element.hidden = !asked;
    for (const each of element.querySelectorAll("input, textarea, select, button")) each.disabled = !asked;
  }

  form.addEventListener("input", follow);
  follow();
}
