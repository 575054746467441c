// Makes answering quicker; every page works without it. Keys move between entries, a pasted vector fills them all, feedback
// comes without a page load, and what was typed is kept.

import { keepDraft, restoreDraft } from "./drafts.js";
import { isOneNumber, readArrays, shapeOf } from "./numbers.js";

const BOX = ".answer .entry input";

// Arrows go to the neighbour in the array, and from its edge up or down to the next one; left and right first walk through the
// text of a box. Enter goes on, and in the last box it submits.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !box.matches?.(BOX)) return;
  const all = [...box.form.querySelectorAll(".entry input")];
  const next = { Enter: () => all[all.indexOf(box) + 1], ...arrows(box, all) }[event.key]?.();
  if (next) {
    event.preventDefault();
    next.focus();
    next.select();
  } else if (event.key === "Enter") {
    event.preventDefault();
    box.form.requestSubmit();
  }
});

function arrows(box, all) {
  const entries = boxesOf(box);
  const columns = columnsOf(box);
  const k = entries.indexOf(box);
  const beyond = (step) => {
    const other = all[all.indexOf(step > 0 ? entries.at(-1) : entries[0]) + step];
    if (!other) return undefined;
    const there = boxesOf(other);
    const column = Math.min(k % columns, columnsOf(other) - 1);
    return there[step > 0 ? column : there.length - columnsOf(other) + column];
  };
  return {
    ArrowDown: () => entries[k + columns] ?? beyond(1),
    ArrowUp: () => entries[k - columns] ?? beyond(-1),
    ArrowLeft: () => (box.selectionStart === 0 && k % columns > 0 ? entries[k - 1] : undefined),
    ArrowRight: () => (box.selectionEnd === box.value.length && (k + 1) % columns > 0 ? entries[k + 1] : undefined),
  };
}

function boxesOf(box) {
  return [...box.closest(".array").querySelectorAll("input")];
}

function columnsOf(box) {
  return Number(box.closest(".array").dataset.columns);
}

document.addEventListener("paste", (event) => {
  const box = event.target;
  if (!box.matches?.(BOX) || box.readOnly) return;
  const text = event.clipboardData.getData("text");
  if (isOneNumber(text) || !/[\s,;[\]&]/.test(text.trim())) return; // for this box alone
  event.preventDefault();
  const entries = boxesOf(box);
  const columns = columnsOf(box);
  const wanted = `${entries.length / columns} × ${columns}`;
  const ways = readArrays(text);
  const array = ways.find((way) => (columns === 1 ? way.flat().length === entries.length : shapeOf(way) === wanted));
  if (!array) return say(box.form, `${complaint(ways[0], entries.length, columns)} Nothing was changed.`);
  array.flat().forEach((number, j) => (entries[j].value = number.replace("-", "−")));
  entries.at(-1).focus();
  keepDraft(box.form);
  const rows = columns === 1 ? array.flat() : array.map((row) => row.join(" "));
  const shape = columns === 1 ? "" : ` in ${array.length} rows and ${columns} columns`;
  say(box.form, `Understood ${entries.length} numbers${shape}: ${rows.join("; ").replaceAll("-", "−")}.`);
});

function complaint(read, size, columns) {
  if (!read) return "What was pasted is no vector or matrix of numbers.";
  if (columns === 1) return `The paste has ${read.flat().length} numbers; this vector has ${size} entries.`;
  return `The paste is ${shapeOf(read)}, rows × columns; this matrix is ${size / columns} × ${columns}.`;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(".answer");
  if (form) keepDraft(form);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a.permalink");
  if (!link || !navigator.clipboard || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  await navigator.clipboard.writeText(link.href);
  link.textContent = "copied";
  announce("The address of this question was copied.");
  setTimeout(() => (link.textContent = "permalink"), 2000);
});

/** Says something beside the answer, on the page and to a screen reader. */
function say(form, text) {
  const line = form.querySelector(".understood");
  line.textContent = text;
  line.hidden = false;
  announce(text);
}

function announce(text) {
  const region = document.getElementById("announce");
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

function connection(text) {
  const toast = document.getElementById("connection");
  toast.textContent = text;
  toast.hidden = text === "";
}

// While an answer is on its way its button is at rest and says what happens: a second click has nothing to press.
function busy(form, on) {
  for (const button of form.querySelectorAll("button")) {
    button.disabled = on;
    if (button.dataset.busy) [button.dataset.busy, button.textContent] = [button.textContent, button.dataset.busy];
  }
  if (on) form.setAttribute("aria-busy", "true");
  else form.removeAttribute("aria-busy");
}

function formOf(event) {
  return event.detail.ctx?.sourceElement?.closest("form");
}

for (const [name, on] of [["htmx:before:request", true], ["htmx:finally:request", false]]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event);
    if (form) busy(form, on);
  });
}

document.addEventListener("htmx:error", (event) => {
  if (formOf(event)) connection("No connection. What you typed is kept here; press the button again in a moment.");
});

document.addEventListener("htmx:after:swap", () => {
  connection("");
  arrive();
});

// After feedback, focus goes where a person wants it next: the first box that is not right, or on to the next question. Under a
// finger it goes to the verdict: in a box it would call up a keyboard, and that covers what was said.
function arrive() {
  const form = document.querySelector("form.answer");
  const verdict = document.querySelector("[data-verdict]");
  if (verdict) {
    const words = [...document.querySelectorAll(".verdict")].map((part) => part.innerText.trim());
    announce([verdict.textContent.trim(), ...words].join(" "));
  } else if (form) {
    restoreDraft(form);
  }
  const touched = matchMedia("(pointer: coarse)").matches;
  const target =
    (location.hash === "#solution" && document.getElementById("solution")) ||
    (touched && verdict) ||
    document.querySelector("[data-next]") ||
    form?.querySelector("[aria-invalid]") ||
    (verdict && form?.querySelector(".entry:not(.right) input, input[type=radio]:checked")) ||
    document.getElementById("main");
  target.focus({ preventScroll: target.id === "main" });
  if (target.select) target.select();
}

window.addEventListener("online", () => connection(""));
for (const form of document.querySelectorAll("form.answer")) restoreDraft(form);
