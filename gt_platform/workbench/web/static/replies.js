// What comes back goes on the page only where it is a page of ours that goes on. Else the page stays with all that was
// typed, and a word says why: what a proxy says in our place is no page, and a refusal no reason to lose work.
import { arrived, draftArrived, stash, unsent } from "./keep.js";

export function listen() {
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (detail.target.id === "work" && detail.xhr.status < 400) arrived();
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target.id === "saved" || unsay());
  document.addEventListener("htmx:beforeSwap", ({ detail }) => (detail.target.id === "saved" ? draft : weigh)(detail));
  for (const silence of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(silence, unanswered);
}

function draft(detail) {
  const { xhr, target } = detail;
  detail.shouldSwap = xhr.status < 400 && xhr.responseText === "Draft kept";
  if (detail.shouldSwap) return draftArrived();
  unsent();
  const why = { 401: "Not kept: you are signed out", 403: "Not kept: this page is of an earlier sign-in" }[xhr.status];
  target.textContent = why ?? (xhr.responseText.startsWith("Not kept") ? xhr.responseText : "Not kept yet; it stays here");
}

function weigh(detail) {
  const { xhr, target, requestConfig } = detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  detail.shouldSwap &&= page.getElementById(target.id) !== null;
  if (detail.shouldSwap) return;
  unsent();
  const told = page.querySelector("#work .lede");
  if (xhr.status === 401 || (xhr.status < 400 && page.querySelector("#work"))) again();
  else if (xhr.status === 403 && told) older(requestConfig.elt, page.body.dataset.who, told);
  else if (told) say(requestConfig.elt, told.textContent, stays());
  else say(requestConfig.elt, `Something on the way answered in place of the workbench (${xhr.status}).`, lost());
}

// The form's secret is of an earlier session: of the same person's, or of somebody's who has signed out since.
function older(elt, theirs, told) {
  const mine = document.body.dataset.who;
  if (theirs === mine && document.querySelector("#answer")) return again();
  if (theirs === mine) return say(elt, told.textContent);
  say(elt, `Nothing was sent: this page is ${mine}'s, and ${theirs} is signed in by now. Sign in as ${mine} to send it.`, stays());
}

// Loading the page again asks to sign in, or brings a fresh secret.
function again() {
  stash();
  location.reload();
}

function unanswered({ detail: { target, requestConfig } }) {
  unsent();
  const why = navigator.onLine ? "The connection broke off." : "No connection.";
  if (target.id === "saved") target.textContent = `${why} Not kept yet; it stays here`;
  else say(requestConfig.elt, why, lost());
}

function lost() {
  return `This may not have arrived. ${stays() || "This page is as it was."} Send it again in a moment: nothing counts twice.`;
}

function stays() {
  return document.querySelector("#answer") ? "What you typed is still here." : "";
}

function unsay() {
  document.querySelector("#trouble")?.remove();
}

function say(elt, ...sentences) {
  unsay();
  const said = Object.assign(document.createElement("p"), { id: "trouble", className: "wrong" });
  said.setAttribute("role", "alert");
  said.textContent = sentences.filter(Boolean).map((one) => (/[.!?]$/.test(one) ? one : `${one}.`)).join(" ");
  const place = elt.closest("form") ?? elt;
  (place.querySelector(".actions") ?? place).before(said);
}
