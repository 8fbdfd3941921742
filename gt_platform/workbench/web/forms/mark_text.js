// Stretches of a text, labelled: chosen by mouse, touch or arrow keys. What is sent is JSON with positions in characters.
import { characters, pieces, select, selected, symbol } from "./positions.js";

export function ask(element) {
  const text = JSON.parse(element.dataset.text);
  const letters = characters(text);
  const values = JSON.parse(element.dataset.values);
  const field = element.querySelector("input[type=hidden]");
  const shown = element.querySelector(".marked");
  const hint = element.querySelector("[data-hint]");
  const buttons = [...element.querySelectorAll("[data-label]")];
  let spans = JSON.parse(field.value || "[]");
  let chosen = null;
  field.value = JSON.stringify(spans);

  const same = (a, b) => a.start === b.start && a.end === b.end && a.label === b.label;
  const said = (start, end) => letters.slice(start, end).join("");

  function change(next) {
    spans = next.sort((a, b) => a.start - b.start || a.end - b.end);
    field.value = JSON.stringify(spans);
    show();
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function add(label) {
    if (!chosen) return tell("Select words in the text first.");
    const span = { start: chosen[0], end: chosen[1], label };
    if (spans.some((other) => same(other, span))) return tell("This is marked so already.");
    if (spans.length >= Number(element.dataset.most)) return tell(`No more than ${element.dataset.most} can be marked.`);
    change([...spans, span]);
    getSelection().removeAllRanges();
    tell(`${label}: ${said(span.start, span.end)}`);
  }

  function tell(words) {
    hint.textContent = words;
    document.querySelector("#live").textContent = words;
  }

  function show() {
    const cuts = new Set([0, letters.length, ...spans.flatMap(({ start, end }) => [start, end])]);
    const edges = [...cuts].sort((a, b) => a - b);
    shown.replaceChildren(...edges.slice(1).map((end, at) => piece(edges[at], end)));
    element.querySelector(".marks").replaceChildren(...spans.map(row));
  }

  function piece(start, end) {
    const over = spans.filter((span) => span.start <= start && end <= span.end);
    let node = document.createElement("span");
    for (const letter of runs(letters.slice(start, end))) node.append(letter);
    over.forEach((span, depth) => {
      const mark = document.createElement("span");
      mark.className = `mark c${values.indexOf(span.label) % 8} d${Math.min(depth, 3)}`;
      if (span.start === start) mark.dataset.label = span.label;
      mark.append(node);
      node = mark;
    });
    return node;
  }

  function row(span) {
    const item = document.createElement("li");
    item.className = `c${values.indexOf(span.label) % 8}`;
    const [name, quote] = [document.createElement("b"), document.createElement("q")];
    name.textContent = span.label;
    quote.dir = "auto";
    quote.append(...runs(letters.slice(span.start, span.end)));
    item.append(name, quote);
    const what = `${span.label} ${said(span.start, span.end)}`;
    item.append(note("start"), step("‹", `Start ${what} earlier`, span, -1, 0), step("›", `Start ${what} later`, span, 1, 0));
    item.append(note("end"), step("‹", `End ${what} earlier`, span, 0, -1), step("›", `End ${what} later`, span, 0, 1));
    item.append(button("Remove", `Remove ${what}`, () => {
      change(spans.filter((other) => other !== span));
      (element.querySelector(".marks button") ?? shown).focus();
    }));
    return item;
  }

  function step(words, label, span, from, to) {
    return button(words, label, () => {
      const moved = { ...span, start: span.start + from, end: span.end + to };
      if (moved.start < 0 || moved.end > letters.length || moved.start >= moved.end) return;
      const at = [...document.activeElement.parentElement.children].indexOf(document.activeElement);
      change(spans.map((other) => (other === span ? moved : other)));
      element.querySelectorAll(".marks li")[spans.indexOf(moved)].children[at].focus();
    });
  }

  const words = pieces(text, "word").filter(([, , isWord]) => isWord);
  const graphemes = pieces(text, "grapheme");

  function byKeys(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey && chosen) {
      const ends = graphemes.map(([, end]) => end);
      const to = by > 0 ? ends.find((end) => end > chosen[1]) : ends.findLast((end) => end < chosen[1]);
      if (to > chosen[0]) choose([chosen[0], to]);
    } else {
      const here = chosen ?? [by > 0 ? -1 : Infinity];
      const next = by > 0 ? words.find(([start]) => start > here[0]) : words.findLast(([start]) => start < here[0]);
      if (next) choose(next.slice(0, 2));
    }
  }

  function choose(range) {
    chosen = range;
    select(shown, range);
    tell(said(...range));
  }

  shown.addEventListener("keydown", byKeys);
  document.addEventListener("selectionchange", () => {
    const range = selected(shown);
    if (!range) return;
    chosen = range;
    hint.textContent = `Selected: “${said(...range).slice(0, 60)}”. Choose a label.`;
  });
  buttons.forEach((made) => made.addEventListener("click", () => add(values[made.dataset.label])));
  show();
}

// Text nodes, and an element for each character that hides.
function runs(letters) {
  const nodes = [];
  let plain = "";
  const flush = () => plain && nodes.push(document.createTextNode(plain)) && (plain = "");
  for (const letter of letters) {
    const visible = symbol(letter);
    if (visible === null) plain += letter;
    else {
      flush();
      const hidden = document.createElement("span");
      Object.assign(hidden, { className: "control", textContent: visible });
      hidden.title = `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      nodes.push(hidden);
    }
  }
  flush();
  return nodes;
}

function note(words) {
  const made = document.createElement("small");
  made.textContent = words;
  return made;
}

function button(words, label, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "step", textContent: words });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}
