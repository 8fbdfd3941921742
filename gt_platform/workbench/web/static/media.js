// A picture, sound or film that cannot be loaded is said in words, with its address: nobody judges what is not there.
const MEDIA = "[data-medium]";

export function watchMedia() {
  // it does not bubble
  document.addEventListener("error", ({ target }) => target.matches?.(MEDIA) && missing(target), { capture: true });
}

// Those that failed before this script ran.
export function missingMedia(root) {
  root.querySelectorAll(MEDIA).forEach((medium) => {
    if (medium.error || (medium.complete && !medium.naturalWidth)) missing(medium);
  });
}

function missing(medium) {
  if (medium.hidden) return;
  const { src } = medium.attributes;
  const [said, address] = [document.createElement("p"), document.createElement("bdi")];
  const inside = src.value.startsWith("data:");
  address.textContent = inside ? "it is part of the item, and is damaged or of no known kind" : src.value;
  const leave = document.querySelector("#skip") ? " Do not guess: skip the item, and say so." : " Do not guess.";
  said.append(`This ${medium.dataset.medium} could not be loaded: `, address, ".", leave);
  said.className = "wrong missing";
  said.setAttribute("role", "alert");
  if (!inside) said.append(" ", again(medium, said));
  medium.hidden = true;
  medium.after(said);
}

function again(medium, said) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "plain", textContent: "Try again" });
  button.addEventListener("click", () => {
    said.remove();
    medium.hidden = false;
    medium.src = medium.attributes.src.value;
  });
  return button;
}
