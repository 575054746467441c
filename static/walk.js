// Makes a walk quicker; without it the links turn the pages. The arrow keys step, a step changes in place, the button that was
// pressed keeps the focus, and what is new is said aloud.

const DIRECTION = { ArrowRight: "next", ArrowLeft: "prev" };
let pressed = null;

function turn(rel) {
  return document.querySelector(`#walk a[rel=${rel}]`);
}

// Where the arrow keys already mean something: in a field, and in a formula wider than its box.
function taken(element) {
  return element.closest("input, select, textarea") || [...scrollers(element)].some((box) => box.scrollWidth > box.clientWidth);
}

function* scrollers(element) {
  for (let box = element.closest(".scroll"); box; box = box.parentElement.closest(".scroll")) yield box;
}

document.addEventListener("keydown", (event) => {
  if (!(event.key in DIRECTION) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || taken(event.target)) return;
  const link = turn(DIRECTION[event.key]);
  if (!link) return;
  event.preventDefault();
  link.click();
});

document.addEventListener("click", (event) => {
  pressed = event.target.closest?.("#walk a[rel]") ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  if (!document.getElementById("walk")) return;
  arrive();
  const rel = pressed?.rel;
  pressed = null;
  if (!rel) return;
  const title = document.querySelector("[data-walk-title]");
  const target = turn(rel) ?? document.querySelector("#walk .turns a");
  target.focus({ preventScroll: true });
  const region = document.getElementById("announce");
  region.textContent = "";
  const words = `${title.textContent.trim()}. ${document.querySelector("[data-walk-text]").textContent.trim()}`;
  requestAnimationFrame(() => (region.textContent = words));
});

function arrive() {
  for (const hint of document.querySelectorAll("#walk .keys")) hint.hidden = false;
}

arrive();
