// What was typed survives a reload, a lost connection and the way back from its feedback: it is kept as long as the tab is open.

const PREFIX = "draft ";

/** Keeps the boxes of a form; an empty form keeps nothing. */
export function keepDraft(form) {
  const typed = {};
  for (const field of boxes(form)) {
    if (field.type === "radio" ? field.checked : field.value !== "") typed[field.name] = field.value;
  }
  store((storage) =>
    Object.keys(typed).length ? storage.setItem(PREFIX + form.dataset.question, JSON.stringify(typed)) : storage.removeItem(PREFIX + form.dataset.question),
  );
}

/** Writes a kept draft into a form nobody has written in; returns whether there was one. */
export function restoreDraft(form) {
  if ([...boxes(form)].some((field) => (field.type === "radio" ? field.defaultChecked : field.defaultValue !== ""))) return false;
  const typed = JSON.parse(store((storage) => storage.getItem(PREFIX + form.dataset.question)) ?? "{}");
  let restored = false;
  for (const field of boxes(form)) {
    if (!(field.name in typed)) continue;
    if (field.type === "radio") field.checked = field.value === typed[field.name];
    else field.value = typed[field.name];
    restored = true;
  }
  return restored;
}

function boxes(form) {
  return form.querySelectorAll("input:not([type=hidden])");
}

// A browser may refuse storage altogether; then there are no drafts, and nothing else changes.
function store(work) {
  try {
    return work(sessionStorage);
  } catch {
    return null;
  }
}
