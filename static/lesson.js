// Marks in the contents where one is reading; without it the contents are the same list of links.

const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
const sections = [...links.keys()].map((id) => document.getElementById(id));

function mark() {
  const line = innerHeight / 3;
  const here = sections.findLast((section) => section.getBoundingClientRect().top < line);
  for (const [id, link] of links) {
    if (id === here?.id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

const watcher = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
for (const section of sections) watcher.observe(section);
