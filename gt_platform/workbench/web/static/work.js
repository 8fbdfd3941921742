// Starts what a page needs, and again what htmx puts into it.
import { SCRIPTS } from "./forms.js";
import * as guarding from "./guard.js";
import { followKeys } from "./keys.js";
import { keep, tellStashed } from "./keep.js";
import { missingMedia, watchMedia } from "./media.js";
import { listen } from "./replies.js";
import { followLabels, forgetLabel } from "./rules.js";
import { measure } from "./timer.js";

const REFRESH = "[data-refresh]";

function start(root) {
  const form = root.querySelector("#answer");
  if (form?.dataset.draft) keep(form);
  measure(root);
  missingMedia(root);
  root.querySelectorAll("[data-stashed]").forEach(tellStashed);
  root.querySelectorAll("[data-widget]").forEach((element) => SCRIPTS[element.dataset.widget].ask(element));
  root.querySelectorAll("[data-show]").forEach((element) => SCRIPTS[element.dataset.show].show(element));
  root.querySelectorAll("[data-help]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => document.querySelector("#help").showModal());
  });
}

function arrive(root, swapped) {
  const first = root.querySelector("#answer [data-first]") ?? (swapped && root.querySelector("[data-focus]"));
  // whoever was faster than the page has chosen a place already
  if (first && document.activeElement === document.body) first.focus({ preventScroll: true });
  const said = root.matches("[data-said]") ? root : root.querySelector("[data-said]");
  const error = root.querySelector("#error");
  const live = document.querySelector("#live");
  if (swapped && said && !error) live.textContent = said.dataset.said;
}

function refresh() {
  // nobody should lose their place, or be served while not looking
  const figures = document.querySelector(REFRESH);
  if (figures && document.visibilityState === "visible" && !figures.contains(document.activeElement)) {
    figures.dispatchEvent(new Event("refresh"));
  }
}

watchMedia();
start(document);
arrive(document.documentElement, false);
followKeys();
followLabels();
guarding.guard();
listen();

document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.id !== "work") return;
  guarding.arrive();
  forgetLabel();
  start(detail.elt);
  arrive(detail.elt, true);
});

const figures = document.querySelector(REFRESH);
if (figures) setInterval(refresh, Number(figures.dataset.refresh) * 1000);
