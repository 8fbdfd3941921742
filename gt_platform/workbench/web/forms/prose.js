// Counts the characters of a text as the platform does, and gives room for one more wording.
export function ask(element) {
  const longest = Number(element.dataset.longest);
  const count = (area) => {
    const left = longest - [...area.value].length;
    const line = area.parentElement.querySelector(".count");
    line.textContent = left < 0 ? `${-left} characters too many` : left < 200 ? `${left} characters left` : "";
    line.classList.toggle("over", left < 0);
  };
  element.querySelectorAll("textarea").forEach(count);
  element.addEventListener("input", ({ target }) => {
    count(target);
    const details = element.querySelector("details");
    const all = [...details.querySelectorAll(".wording")];
    if (target.value && all.at(-1).contains(target)) details.append(another(all.at(-1), all.length + 1));
  });
}

function another(wording, number) {
  const copy = wording.cloneNode(true);
  const [label, area] = [copy.querySelector("label"), copy.querySelector("textarea")];
  const name = area.name.replace(/\d+$/, number);
  area.name = area.id = label.htmlFor = name;
  area.value = "";
  label.textContent = `Another wording ${number}`;
  copy.querySelector(".count").textContent = "";
  return copy;
}
