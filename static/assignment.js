// What is typed in an assignment is stored as it is typed, and "saved" is only said after the server has said so. Time is the
// server's: the page only counts down what it was told.

const PAUSE = 400; // ms after the last key
const AGAIN = [1000, 2000, 5000, 10000]; // ms between tries while there is no connection

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
// A page that comes back from the browser's memory shows what was, not what is.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
for (const line of document.querySelectorAll(".countdown")) countDown(line);

/** Saves a form's answer whenever it changes; one request at a time, so that an older one never overtakes a newer. */
function keep(form) {
  const status = form.querySelector(".saving");
  let saved = written(form, true);
  let kept = status.textContent !== ""; // whether the server has anything of this try
  let timer = 0;
  let under_way = false;
  let failed = 0;
  let over = false;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save() {
    const now = written(form);
    if (over || under_way) return;
    if (now === saved) {
      failed = 0;
      say(kept ? "Saved." : ""); // what had changed was changed back
      return;
    }
    under_way = true;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: sent(form), redirect: "manual" });
      failed = 0;
      if (answer.status === 204) {
        saved = now;
        kept = true;
        say(written(form) === saved ? "Saved." : "Saving…");
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error("busy, or about to come back");
      } else {
        over = true;
        say(answer.status === 409 ? "Not saved: this was handed in, or time is up. Reload the page." : "Not saved. Reload the page.");
      }
    } catch {
      say("Not saved yet: the server cannot be reached. It is tried again; keep this page open.");
      soon(AGAIN[Math.min(failed++, AGAIN.length - 1)]);
    } finally {
      under_way = false;
    }
    if (!over && !failed && written(form) !== saved) soon(0);
  }

  const changed = (wait = PAUSE) => {
    if (over) return;
    if (written(form) !== saved && !failed) say("Saving…");
    soon(wait);
  };

  form.addEventListener("input", () => changed());
  form.addEventListener("submit", () => {
    over = true; // the form itself carries everything
    clearTimeout(timer);
  });
  document.addEventListener("paste", () => setTimeout(changed));
  window.addEventListener("online", () => soon(0));
  // A page that is left sends what is not saved yet; the browser sees it through.
  window.addEventListener("pagehide", () => {
    if (!over && written(form) !== saved) fetch(form.dataset.draft, { method: "POST", body: sent(form), keepalive: true });
  });
  if (written(form) !== saved) changed(0); // what this browser kept while there was no connection
}

function written(form, as_served = false) {
  return JSON.stringify(
    [...form.querySelectorAll("input:not([type=hidden])")].map((box) =>
      box.type === "radio" ? (as_served ? box.defaultChecked : box.checked) : as_served ? box.defaultValue : box.value,
    ),
  );
}

function sent(form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("quiet", "1");
  return body;
}

/** Counts down to the end, says so at five minutes and at one, and shows how it ended. */
function countDown(line) {
  const end = performance.now() + 1000 * Number(line.dataset.seconds);
  const clock = line.querySelector("[role=timer]");
  const announced = new Set([300, 60].filter((left) => left > Number(line.dataset.seconds)));
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.textContent = left > 86400 ? "" : left ? `${pretty(left)} left` : "Time is up";
    for (const moment of [300, 60]) {
      if (left <= moment && !announced.has(moment)) {
        announced.add(moment);
        document.getElementById("announce").textContent = `${moment / 60} minute${moment > 60 ? "s" : ""} left`;
      }
    }
    if (left) setTimeout(tick, 1000);
    else setTimeout(() => location.reload(), 1000 * (Number(line.dataset.grace) + 2));
  };
  tick();
}

function pretty(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, k) => (k ? String(part).padStart(2, "0") : part)).join(":");
}
