// One of many answers, found by typing: what does not match is hidden, arrows move, Enter takes the best match and then
// submits. What was chosen last is offered first. Without scripts all answers stand there, those of a tree in groups.
const MOST_RECENT = 5;
const ITEMS = "summary, input[type=radio]";

export function ask(element) {
  const options = [...element.querySelectorAll(".option")].map(described);
  const groups = [...element.querySelectorAll("details")].reverse(); // what is inside comes first
  const [field, count, recent] = made(element, options.length);
  const form = element.closest("form");
  let best = null;
  let before = null; // which groups were open when somebody began to type

  function filter() {
    const query = plain(field.value);
    const found = matching(options, query);
    best?.label.classList.remove("best");
    best = query ? bestOf(found, query) : null;
    const seen = new Set(found);
    options.forEach((option) => (option.label.hidden = !seen.has(option)));
    regroup(Boolean(query));
    recent.hidden = Boolean(query) || !recent.childElementCount;
    count.textContent = query ? `${found.length} of ${options.length}` : "";
    best?.label.classList.add("best");
    best?.label.scrollIntoView({ block: "nearest" });
    if (query) tell(best ? `${found.length} found, ${best.said} first` : "Nothing matches");
  }

  function regroup(searching) {
    if (searching) before ??= groups.map((group) => group.open);
    groups.forEach((group, at) => {
      group.hidden = !group.querySelector(".option:not([hidden])");
      group.open = searching || (before ? before[at] : group.open) || Boolean(group.querySelector(":checked"));
    });
    if (!searching) before = null;
  }

  function take({ input, label, said }) {
    field.value = "";
    input.click();
    filter();
    input.focus({ preventScroll: true });
    label.scrollIntoView({ block: "nearest" });
    tell(`${said} chosen`);
  }

  function searchedKey(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && field.value.trim()) {
      if (best && !event.repeat) take(best);
    } else if (event.key === "ArrowDown") (best?.input ?? items()[0])?.focus();
    else if (event.key === "Escape" && field.value) {
      field.value = "";
      filter();
    } else return;
    event.preventDefault();
  }

  const items = () => [...element.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());

  function listKey(event) {
    const { key, target } = event;
    if (!target.matches(ITEMS) || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const group = target.closest("details");
    if (step) {
      const all = items();
      (all[all.indexOf(target) + step] ?? (step < 0 ? field : target)).focus();
    } else if (target.matches("summary") && (key === "ArrowRight" || key === "ArrowLeft")) group.open = key === "ArrowRight";
    else if (key === "ArrowLeft") group?.querySelector("summary").focus();
    else if (key === "Enter" && target.matches("input") && !target.checked && !event.repeat) target.click();
    else if (key !== "ArrowRight") return;
    event.preventDefault();
  }

  const place = `recent:${document.body.dataset.who}:${location.pathname.split("/")[2]}:${options[0].input.name}`;
  const known = new Map(options.map((option) => [option.of, option]));
  const last = JSON.parse(localStorage.getItem(place) ?? "[]").filter((of) => known.has(of));
  last.forEach((of, at) => recent.append(button(known.get(of).said, at + 1, () => take(known.get(of)))));
  if (last.length) element.querySelectorAll(".option [data-key]").forEach(withoutDigit);
  form.addEventListener("submit", () => {
    const chosen = options.find(({ input }) => input.checked);
    if (!chosen) return;
    const now = [chosen.of, ...last.filter((of) => of !== chosen.of)].slice(0, MOST_RECENT);
    localStorage.setItem(place, JSON.stringify(now));
  });
  // what is typed to find an answer is no answer, and no draft of one
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    filter();
  });
  field.addEventListener("keydown", searchedKey);
  element.addEventListener("keydown", listKey);
  filter();
}

function described(label) {
  const [of, name] = [label.dataset.of, label.querySelector("b").textContent];
  const said = label.closest(".tree") ? of : name;
  const meaning = label.querySelector("small")?.textContent ?? "";
  const [path, text] = [plain(said), plain(`${said} ${meaning}`)];
  return { label, of, said, path, text, name: plain(name), input: label.querySelector("input") };
}

function matching(options, query) {
  const words = query.split(" ");
  return options.filter(({ text }) => words.every((word) => text.includes(word)));
}

// The name itself, before what begins with it, what has a word that does, and what has it anywhere, at last in pieces.
function bestOf(found, query) {
  const tests = [
    ({ name }) => name === query,
    ({ name }) => name.startsWith(query),
    ({ name }) => name.includes(` ${query}`),
    ({ path }) => path.includes(query),
    () => true,
  ];
  return tests.map((test) => found.find(test)).find(Boolean) ?? null;
}

// Without accents, case and what stands between words.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s\p{P}\p{Sm}]+/gu, " ").trim();

function made(element, many) {
  const [line, field, count, recent] = ["p", "input", "small", "p"].map((tag) => document.createElement(tag));
  line.className = "finding";
  Object.assign(field, { type: "search", autocomplete: "off", spellcheck: false, placeholder: `Type to find one of ${many}` });
  field.setAttribute("aria-label", `Find one of ${many} answers`);
  field.dataset.find = "";
  const first = [...element.closest("form").elements].find((one) => one.matches("input:not([type=hidden]), textarea, select"));
  // what is asked before it comes first, and a keyboard on the screen would cover the question
  if (element.contains(first) && matchMedia("(pointer: fine)").matches) field.dataset.first = "";
  line.append(field, count);
  recent.className = "recent";
  recent.setAttribute("role", "group");
  recent.setAttribute("aria-label", "Chosen last");
  element.querySelector("legend").after(line, recent);
  return [field, count, recent];
}

function button(of, digit, act) {
  const [one, name, key] = ["button", "bdi", "kbd"].map((tag) => document.createElement(tag));
  one.type = "button";
  one.dataset.key = digit;
  name.textContent = of;
  key.textContent = digit;
  key.setAttribute("aria-hidden", "true");
  one.append(name, " ", key);
  one.addEventListener("click", act);
  return one;
}

// Digits are those of the answers that were chosen last.
function withoutDigit(input) {
  input.removeAttribute("data-key");
  input.closest(".option").querySelector("kbd")?.remove();
}

function tell(words) {
  document.querySelector("#live").textContent = words;
}
