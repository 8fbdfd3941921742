// Boxes on a picture: drawn, moved by arrow keys, or given in numbers. What is sent is JSON in the picture's own unit.
const STEP = 0.01; // of a side, for an arrow key

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
    area.replaceChildren(...drawn.map((box, at) => {
      const made = placed(frame(box.label, values.indexOf(box.label) % 8), box, whole);
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

  function draw(event) {
    if (event.target !== area || event.button) return;
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    const at = area.getBoundingClientRect();
    const point = ({ clientX, clientY }) => [
      limit((clientX - at.left) / at.width, 0, 1) * whole.width,
      limit((clientY - at.top) / at.height, 0, 1) * whole.height,
    ];
    const from = point(event);
    const ghost = frame(label, values.indexOf(label) % 8);
    area.append(ghost);
    const spanned = (to) => ({
      x: Math.min(from[0], to[0]),
      y: Math.min(from[1], to[1]),
      width: Math.abs(from[0] - to[0]),
      height: Math.abs(from[1] - to[1]),
    });
    const follow = (moved) => placed(ghost, spanned(point(moved)), whole);
    const end = (last) => {
      area.removeEventListener("pointermove", follow);
      ghost.remove();
      const box = spanned(point(last));
      // a click is no box
      if (last.type === "pointerup" && box.width > whole.width * STEP / 2 && box.height > whole.height * STEP / 2) add(box);
    };
    area.addEventListener("pointermove", follow);
    area.addEventListener("pointerup", end, { once: true });
    area.addEventListener("pointercancel", end, { once: true });
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

function whenLoaded(image, act) {
  if (image.complete && image.naturalWidth) act();
  else image.addEventListener("load", act, { once: true });
}

function sizeOf(element, image) {
  const width = Number(element?.dataset.width) || image.naturalWidth;
  const height = Number(element?.dataset.height) || image.naturalHeight;
  const digits = Math.max(0, 4 - Math.ceil(Math.log10(Math.max(width, height))));
  return { width, height, step: 10 ** -digits, round: (value) => Number(value.toFixed(digits)) };
}

function frame(label, color) {
  const [made, name] = [document.createElement("div"), document.createElement("span")];
  made.className = `box c${color}`;
  name.textContent = label;
  made.append(name);
  return made;
}

function placed(made, box, whole) {
  const share = (value, side) => `${(100 * value) / side}%`;
  made.style.left = share(box.x, whole.width);
  made.style.top = share(box.y, whole.height);
  made.style.width = share(box.width, whole.width);
  made.style.height = share(box.height, whole.height);
  return made;
}

function limit(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
