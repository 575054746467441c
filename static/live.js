// Follows a class as it answers. The server sends the whole panel anew, so a lost event is no loss; it also says that it is there
// every two seconds, because a connection can be lost without a word.

const panel = document.querySelector("#live");
const state = document.querySelector("#live-state");
const SILENT = 6000; // ms without a word after which the page says that it is not live
const DEAD = 12000; // and after which it begins anew

let source;
let heard = Date.now();
let shown = ""; // what the state says, so that a screen reader hears each change once

function hear() {
  heard = Date.now();
  tell("Live: answers show here within two seconds.", "on");
}

function tell(words, how) {
  if (words === shown) return;
  shown = words;
  state.textContent = words;
  state.dataset.state = how;
}

function open() {
  source?.close();
  source = new EventSource(`${panel.dataset.events}&after=${panel.dataset.newest}`);
  source.addEventListener("alive", hear);
  source.addEventListener("class", (event) => {
    panel.innerHTML = event.data;
    panel.dataset.newest = event.lastEventId;
    hear();
  });
}

setInterval(() => {
  const silence = Date.now() - heard;
  if (silence > SILENT) {
    const last = new Date(heard).toLocaleTimeString();
    tell(`Not live: the server cannot be reached. This is how it was at ${last}; trying again.`, "off");
  }
  if (silence > SILENT && (source.readyState === EventSource.CLOSED || silence % DEAD < 1000)) open();
}, 1000);

open();
