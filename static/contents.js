// Marks in the contents where one is reading, and keeps that in view where the contents scroll by themselves; without it the
// contents are the same list of links.

const contents = document.querySelector(".contents");
const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
const sections = [...links.keys()].map((id) => document.getElementById(id));

function mark() {
  const line = innerHeight / 3;
  const here = sections.findLast((section) => section.getBoundingClientRect().top < line);
  for (const [id, link] of links) {
    if (id === here?.id) {
      link.setAttribute("aria-current", "true");
      show(link);
    } else link.removeAttribute("aria-current");
  }
}

function show(link) {
  const { top, bottom } = contents.getBoundingClientRect();
  const { top: above, bottom: below } = link.getBoundingClientRect();
  if (above < top) contents.scrollTop -= top - above + 40;
  else if (below > bottom) contents.scrollTop += below - bottom + 40;
}

const watcher = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
for (const section of sections) watcher.observe(section);
