// Boxes on a picture: drawn, moved and sized by pointer or arrow keys, or given in numbers. What is sent is JSON in the
// picture's own unit.
import { dragged, frame, grips, layers, limit, placed, sizeOf, smallest, spanned, whenLoaded } from "./frames.js";
import { zoomable } from "./zoom.js";

const STEP = 0.01; // of a side, for an arrow key
const CLICK = STEP / 2; // of a side: a shorter drag is a click, and no box

export function ask(element) {
  const image = element.querySelector("img");
  if (!image) return;
  whenLoaded(image, () => edit(element, image));
}

// Boxes that are only looked at.
export function show(element) {
  const image = element.querySelector("img");
  const given = JSON.parse(element.dataset.given);
  whenLoaded(image, () => {
    const whole = sizeOf(element.closest("[data-width]") ?? document.querySelector("[data-width]"), image);
    const drawn = given.map((box) => placed(frame(box.label, box.color), box, whole));
    element.querySelector(".boxes").replaceChildren(...drawn);
  });
}

function edit(element, image) {
  const values = JSON.parse(element.dataset.values);
  const field = element.querySelector("input[type=hidden]");
  const area = element.querySelector(".boxes");
  const list = element.querySelector(".marks");
  const buttons = [...element.querySelectorAll("[data-label]")];
  const whole = sizeOf(element, image);
  const zoom = zoomable(element.querySelector(".viewport"));
  let drawn = JSON.parse(field.value || "[]");
  let label = values[0];

  function keep() {
    field.value = JSON.stringify(drawn);
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function change(next, focused) {
    drawn = next;
    redraw();
    keep();
    if (focused >= 0) area.children[focused]?.focus({ preventScroll: true });
  }

  function fitted(box) {
    const [width, height] = [limit(box.width, whole.step, whole.width), limit(box.height, whole.step, whole.height)];
    const x = limit(box.x, 0, whole.width - width);
    const y = limit(box.y, 0, whole.height - height);
    return { x: whole.round(x), y: whole.round(y), width: whole.round(width), height: whole.round(height), label: box.label };
  }

  function add(box) {
    if (drawn.length >= Number(element.dataset.most)) {
      document.querySelector("#live").textContent = `No more than ${element.dataset.most} boxes.`;
      return;
    }
    change([...drawn, fitted({ ...box, label })], drawn.length);
  }

  function redraw() {
    const above = layers(drawn);
    area.replaceChildren(...drawn.map((box, at) => {
      const made = grips(placed(frame(box.label, values.indexOf(box.label) % 8), box, whole));
      made.style.zIndex = above[at];
      made.tabIndex = 0;
      made.setAttribute("role", "group");
      made.setAttribute("aria-label", `Box ${at + 1}, ${box.label}; arrow keys move it, with shift they size it`);
      made.addEventListener("keydown", (event) => byKeys(event, at));
      return made;
    }));
    list.replaceChildren(...drawn.map(row));
  }

  function byKeys(event, at) {
    const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") change(drawn.filter((_, other) => other !== at), at - 1);
    else if (by) {
      const [across, down] = [by[0] * whole.width * STEP, by[1] * whole.height * STEP];
      const box = drawn[at];
      const moved = event.shiftKey
        ? { ...box, width: box.width + across, height: box.height + down }
        : { ...box, x: box.x + across, y: box.y + down };
      change(drawn.with(at, fitted(moved)), at);
    } else return;
    event.preventDefault();
  }

  function row(box, at) {
    const item = document.createElement("li");
    item.className = `c${values.indexOf(box.label) % 8}`;
    const name = document.createElement("b");
    name.textContent = `${at + 1} ${box.label}`;
    item.append(name, ...["x", "y", "width", "height"].map((side) => number(box, at, side)));
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "step", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove box ${at + 1}`);
    remove.addEventListener("click", () => change(drawn.filter((_, other) => other !== at), at - 1));
    item.append(remove);
    return item;
  }

  function number(box, at, side) {
    const [made, input] = [document.createElement("label"), document.createElement("input")];
    input.inputMode = "decimal";
    input.value = box[side];
    input.addEventListener("change", () => change(drawn.with(at, fitted({ ...box, [side]: Number(input.value) || 0 }))));
    made.append(`${side} `, input);
    return made;
  }

  // From inside of a box, too: a box may lie in another. What is grasped is moved or sized, and a click looks for a box.
  function draw(event) {
    if (event.button || zoom.pinching()) return;
    event.preventDefault();
    const made = event.target.closest(".box");
    const at = made ? [...area.children].indexOf(made) : -1;
    const grip = event.target.dataset.grip;
    const start = point(event);
    const shape = (to) => (made ? dragged(drawn[at], grip, to[0] - start[0], to[1] - start[1]) : spanned(start, to));
    const shown = made ?? frame(label, values.indexOf(label) % 8);
    if (!made) area.append(shown);
    area.setPointerCapture(event.pointerId);
    const follow = (moved) => {
      if (!zoom.pinching()) placed(shown, made ? fitted(shape(point(moved))) : shape(point(moved)), whole);
    };
    const end = (last) => {
      area.removeEventListener("pointermove", follow);
      ["pointerup", "pointercancel"].forEach((name) => area.removeEventListener(name, end));
      if (!made) shown.remove();
      const done = last.type === "pointerup" && !zoom.pinched();
      const box = shape(point(last));
      if (made) done ? change(drawn.with(at, fitted(box)), at) : redraw();
      else if (done && box.width > whole.width * CLICK && box.height > whole.height * CLICK) add(box);
      else if (done) area.children[smallest(drawn, start)]?.focus({ preventScroll: true });
    };
    area.addEventListener("pointermove", follow);
    ["pointerup", "pointercancel"].forEach((name) => area.addEventListener(name, end));
  }

  function point({ clientX, clientY }) {
    const at = area.getBoundingClientRect();
    return [
      limit((clientX - at.left) / at.width, 0, 1) * whole.width,
      limit((clientY - at.top) / at.height, 0, 1) * whole.height,
    ];
  }

  const press = (value) => {
    label = value;
    buttons.forEach((made) => made.setAttribute("aria-pressed", String(values[made.dataset.label] === label)));
  };
  buttons.forEach((made) => made.addEventListener("click", () => press(values[made.dataset.label])));
  element.querySelector("[data-add]").addEventListener("click", () => {
    const { width, height } = whole;
    add({ x: (width * 3) / 8, y: (height * 3) / 8, width: width / 4, height: height / 4 });
  });
  area.addEventListener("pointerdown", draw);
  press(label);
  redraw();
  field.value = JSON.stringify(drawn);
}
