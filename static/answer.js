// Makes answering quicker; every page works without it. Keys move between entries, a pasted vector fills them all, feedback
// comes without a page load, and what was typed is kept until it has been graded.

import { forgetDraft, keepDraft, restoreDraft } from "./drafts.js";
import { readNumbers } from "./numbers.js";

const STEP = { ArrowDown: 1, ArrowUp: -1, Enter: 1 };

function entries(form) {
  return [...form.querySelectorAll(".entry input")];
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!(event.key in STEP) || event.isComposing || !box.matches?.(".answer .entry input")) return;
  const all = entries(box.form);
  const next = all[all.indexOf(box) + STEP[event.key]];
  event.preventDefault();
  if (next) {
    next.focus();
    next.select();
  } else if (event.key === "Enter") {
    box.form.requestSubmit();
  }
});

document.addEventListener("paste", (event) => {
  const box = event.target;
  if (!box.matches?.(".answer .entry input")) return;
  const text = event.clipboardData.getData("text");
  const numbers = readNumbers(text);
  if (numbers?.length === 1 || (!numbers && !/[\s,;[\]]/.test(text.trim()))) return; // for this box alone
  event.preventDefault();
  const vector = [...box.closest(".vector").querySelectorAll("input")];
  if (!numbers) return say(box.form, "What was pasted is not a vector of numbers; nothing was changed.");
  if (numbers.length !== vector.length) {
    return say(box.form, `The paste has ${numbers.length} numbers, this vector has ${vector.length} entries; nothing was changed.`);
  }
  vector.forEach((entry, k) => (entry.value = numbers[k].replace("-", "−")));
  vector.at(-1).focus();
  keepDraft(box.form);
  say(box.form, `Understood ${numbers.length} numbers: ${vector.map((entry) => entry.value).join("; ")}.`);
});

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

// While an answer is on its way its button is at rest: a second click has nothing to press.
function busy(form, on) {
  for (const button of form.querySelectorAll("button")) button.disabled = on;
  form.toggleAttribute("aria-busy", on);
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

// After feedback, focus goes where a person wants it next: the first box that is not right, or on to the next question.
function arrive() {
  const form = document.querySelector(".answer");
  const verdict = document.querySelector("[data-verdict]");
  if (!form) return;
  if (verdict) {
    forgetDraft(form.dataset.question);
    const words = [...document.querySelectorAll(".verdict")].map((part) => part.innerText.trim());
    announce([verdict.textContent.trim(), ...words].join(" "));
  }
  const solution = document.getElementById("solution");
  const target =
    (location.hash === "#solution" && solution) ||
    document.querySelector("[data-next]") ||
    form.querySelector("[aria-invalid], .entry.wrong input, input[type=radio]:checked") ||
    document.getElementById("main");
  target.focus({ preventScroll: target.id === "main" });
  if (target.select) target.select();
}

window.addEventListener("online", () => connection(""));
for (const form of document.querySelectorAll(".answer")) restoreDraft(form);
