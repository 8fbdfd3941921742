// Boxes over a picture as elements: placed in shares of its sides, so that they stay where they are however large it is.
const HIGH = 0.12; // of the picture: what begins above that has its name below
const EDGES = ["n", "e", "s", "w", "ne", "se", "sw", "nw"]; // corners last: they lie above the sides

export function whenLoaded(image, act) {
  if (image.complete && image.naturalWidth) act();
  else image.addEventListener("load", act, { once: true });
}

export function sizeOf(element, image) {
  const width = Number(element?.dataset.width) || image.naturalWidth;
  const height = Number(element?.dataset.height) || image.naturalHeight;
  const digits = Math.max(0, 4 - Math.ceil(Math.log10(Math.max(width, height))));
  return { width, height, step: 10 ** -digits, round: (value) => Number(value.toFixed(digits)) };
}

export function frame(label, color) {
  const [made, name] = [document.createElement("div"), document.createElement("span")];
  made.className = `box c${color}`;
  name.textContent = label;
  made.append(name);
  return made;
}

export function placed(made, box, whole) {
  const share = (value, side) => `${(100 * value) / side}%`;
  made.classList.toggle("high", box.y < whole.height * HIGH);
  made.style.left = share(box.x, whole.width);
  made.style.top = share(box.y, whole.height);
  made.style.width = share(box.width, whole.width);
  made.style.height = share(box.height, whole.height);
  return made;
}

export function limit(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

// What a box is grasped by: its name moves it, its sides and corners size it.
export function grips(made) {
  made.querySelector("span").dataset.grip = "move";
  made.append(...EDGES.map((edge) => {
    const grip = document.createElement("i");
    grip.dataset.grip = edge;
    return grip;
  }));
  return made;
}

// A box as it becomes when a grip of it is dragged by so much; beyond the opposite side it turns over.
export function dragged(box, grip, across, down) {
  if (grip === "move") return { ...box, x: box.x + across, y: box.y + down };
  const sides = { w: box.x, e: box.x + box.width, n: box.y, s: box.y + box.height };
  for (const side of grip) sides[side] += "we".includes(side) ? across : down;
  return { ...box, ...spanned([sides.w, sides.n], [sides.e, sides.s]) };
}

export function spanned([left, top], [right, bottom]) {
  return {
    x: Math.min(left, right),
    y: Math.min(top, bottom),
    width: Math.abs(left - right),
    height: Math.abs(top - bottom),
  };
}

// Of boxes that hold a point, the place of the smallest; -1 for none.
export function smallest(boxes, [x, y]) {
  const holds = (box) => box.x <= x && x <= box.x + box.width && box.y <= y && y <= box.y + box.height;
  return boxes.reduce((found, box, at) => (holds(box) && !(area(boxes[found]) < area(box)) ? at : found), -1);
}

// Of each box its rank from the largest: what is smaller lies above what holds it.
export function layers(boxes) {
  const ranked = boxes.map((_, at) => at).sort((one, other) => area(boxes[other]) - area(boxes[one]));
  return boxes.map((_, at) => ranked.indexOf(at));
}

function area(box) {
  return box ? box.width * box.height : NaN;
}
