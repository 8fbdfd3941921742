// Options put in an order: placed one after the other, then moved by buttons or dragged. The fields of a page without
// scripts, a number for each option, are what is sent.
export function ask(element) {
  const list = element.querySelector("ol");
  const items = [...list.children];
  const field = (item) => item.querySelector("input");
  const name = (item) => item.querySelector("b").textContent;
  let placed = items.filter((item) => field(item).value).sort((a, b) => field(a).value - field(b).value);

  const button = (text, label, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "step", textContent: text });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  function change(next, focused) {
    placed = next;
    show();
    focused?.focus({ preventScroll: true });
    element.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("#live").textContent = placed.map((item, at) => `${at + 1} ${name(item)}`).join(", ");
  }

  function move(item, by) {
    const at = placed.indexOf(item);
    const to = Math.max(0, Math.min(placed.length - 1, at + by));
    const next = placed.filter((other) => other !== item);
    next.splice(to, 0, item);
    if (to !== at) change(next, document.activeElement);
  }

  function show() {
    list.replaceChildren(...placed, ...items.filter((item) => !placed.includes(item)));
    for (const item of items) {
      const at = placed.indexOf(item);
      field(item).value = at < 0 ? "" : at + 1;
      item.classList.toggle("placed", at >= 0);
      item.querySelector(".place").textContent = at < 0 ? "–" : at + 1;
      const [toggle, up, down] = item.querySelectorAll("button");
      toggle.textContent = at < 0 ? "Place" : "Remove";
      toggle.setAttribute("aria-label", `${toggle.textContent} ${name(item)}`);
      up.hidden = down.hidden = at < 0;
      up.disabled = at <= 0;
      down.disabled = at === placed.length - 1;
    }
  }

  for (const item of items) {
    const place = document.createElement("span");
    place.className = "place";
    const number = field(item).dataset.key;
    field(item).hidden = true;
    field(item).removeAttribute("data-key");
    const toggle = button("Place", "", () =>
      change(placed.includes(item) ? placed.filter((other) => other !== item) : [...placed, item], toggle),
    );
    toggle.dataset.key = number;
    item.prepend(place);
    item.append(toggle, button("↑", `Move ${name(item)} up`, () => move(item, -1)));
    item.append(button("↓", `Move ${name(item)} down`, () => move(item, 1)));
    item.addEventListener("pointerdown", (event) => drag(event, item));
  }

  function drag(event, item) {
    if (!placed.includes(item) || event.target.closest("button")) return;
    // the list stays in its place while its items move, so it is the one to follow the pointer
    list.setPointerCapture(event.pointerId);
    item.classList.add("dragged");
    const follow = ({ clientY }) => {
      const to = placed.findIndex((other) => {
        const { top, bottom } = other.getBoundingClientRect();
        return other !== item && clientY >= top && clientY <= bottom;
      });
      if (to >= 0) move(item, to - placed.indexOf(item));
    };
    const end = () => {
      item.classList.remove("dragged");
      list.removeEventListener("pointermove", follow);
    };
    list.addEventListener("pointermove", follow);
    list.addEventListener("lostpointercapture", end, { once: true });
  }

  element.querySelector(".hint").textContent = "Place the best first, then the next; the order can be changed after.";
  show();
}
