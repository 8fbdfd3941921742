// A picture that can be looked at closely: by buttons, by keys (+ and -), by the wheel with Ctrl, and by two fingers.
// It grows inside of its viewport, which scrolls; the point that is zoomed at stays where it is.
const MOST = 16;
const STEP = 1.5;
const WHEEL = 0.002; // of a doubling, for a pixel

export function zoomable(viewport) {
  const canvas = viewport.querySelector(".canvas");
  const tools = viewport.parentElement.querySelector(".zoom");
  const level = tools.querySelector("output");
  const touches = new Map();
  let scale = 1;
  let pinched = false; // since the first finger came: what the others draw meanwhile is none

  function to(wanted, at = middle()) {
    const before = canvas.getBoundingClientRect();
    const share = [(at[0] - before.left) / before.width, (at[1] - before.top) / before.height];
    if (scale === 1) canvas.style.setProperty("--whole", `${before.width}px`);
    scale = Math.min(Math.max(wanted, 1), MOST);
    canvas.style.setProperty("--zoom", scale);
    viewport.classList.toggle("near", scale > 1);
    const after = canvas.getBoundingClientRect();
    viewport.scrollLeft += after.left + share[0] * after.width - at[0];
    viewport.scrollTop += after.top + share[1] * after.height - at[1];
    level.textContent = `${Math.round(scale * 100)} %`;
  }

  function middle() {
    const { left, top, width, height } = viewport.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }

  function fingers() {
    const [one, other] = [...touches.values()];
    return {
      apart: Math.hypot(one[0] - other[0], one[1] - other[1]),
      middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2],
    };
  }

  const by = { in: () => to(scale * STEP), out: () => to(scale / STEP), whole: () => to(1) };
  const keys = { "+": by.in, "=": by.in, "-": by.out };
  tools.hidden = false;
  tools.addEventListener("click", (event) => by[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  viewport.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    keys[event.key]();
    event.preventDefault();
  });
  viewport.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    to(scale * 2 ** (-event.deltaY * WHEEL), [event.clientX, event.clientY]);
  }, { passive: false });
  viewport.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    if (!touches.size) pinched = false;
    touches.set(event.pointerId, [event.clientX, event.clientY]);
    pinched ||= touches.size > 1;
  }, true);
  viewport.addEventListener("pointermove", (event) => {
    if (!touches.has(event.pointerId)) return;
    if (touches.size !== 2) return void touches.set(event.pointerId, [event.clientX, event.clientY]);
    const before = fingers();
    touches.set(event.pointerId, [event.clientX, event.clientY]);
    const after = fingers();
    viewport.scrollLeft -= after.middle[0] - before.middle[0];
    viewport.scrollTop -= after.middle[1] - before.middle[1];
    to((scale * after.apart) / before.apart, after.middle);
  }, true);
  ["pointerup", "pointercancel"].forEach((name) => {
    viewport.addEventListener(name, (event) => touches.delete(event.pointerId));
  });
  return { pinching: () => touches.size > 1, pinched: () => pinched };
}
