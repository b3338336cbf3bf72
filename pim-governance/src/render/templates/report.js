"use strict";
// Without this script the page is whole; with it tables sort and filter, and light and dark can be switched.
// A link such as #table-findings?sort=0&filter=guest opens a table sorted by its first column and filtered;
// a minus before the column turns the order round.
const make = (name, options) => Object.assign(document.createElement(name), options);

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const key = (row, at) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim();
  const collator = new Intl.Collator("en", { numeric: true });
  const sort = (at, down) => {
    const rows = [...body.rows].map((row) => [key(row, at), row]);
    rows.sort(([a], [b]) => (a === "") - (b === "") || (down ? -1 : 1) * collator.compare(a, b));
    body.append(...rows.map(([, row]) => row));
    heads.forEach((head, n) => n === at
      ? head.setAttribute("aria-sort", down ? "descending" : "ascending")
      : head.removeAttribute("aria-sort"));
  };
  heads.forEach((head, at) => {
    const button = make("button", { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => sort(at, head.getAttribute("aria-sort") === "ascending"));
    head.replaceChildren(button);
  });
  return sort;
}

function filterable(table) {
  const group = table.closest(".table");
  const shown = group.querySelector(".shown");
  const all = shown.textContent;
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const filter = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      count += !row.hidden;
    });
    shown.textContent = words.length ? `${count} of ${rows.length} shown rows match` : all;
  };
  const input = make("input", { type: "search", placeholder: "Filter rows", spellcheck: false });
  input.setAttribute("aria-label", `Filter ${group.querySelector("strong").textContent}`);
  input.addEventListener("input", () => filter(input.value));
  shown.setAttribute("aria-live", "polite");
  if (rows.length > 5) group.querySelector(".caption").append(input);
  return (text) => { input.value = text; filter(text); };
}

function themed() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const button = make("button", { type: "button", className: "theme" });
  const name = () => { button.textContent = root.dataset.theme === "dark" ? "Light" : "Dark"; };
  const set = (on) => { root.dataset.theme = on ? "dark" : "light"; name(); };
  button.addEventListener("click", () => set(root.dataset.theme !== "dark"));
  dark.addEventListener("change", () => set(dark.matches));
  set(dark.matches);
  document.querySelector("header").append(button);
}

themed();
const tables = new Map([...document.querySelectorAll("table.data")].map((table) =>
  [table.id, { sort: sortable(table), filter: filterable(table) }]));
const [id, query] = decodeURIComponent(location.hash.slice(1)).split("?");
if (query && tables.has(id)) {
  const wish = new URLSearchParams(query);
  const column = wish.get("sort");
  if (column) tables.get(id).sort(Math.abs(parseInt(column, 10)), column.startsWith("-"));
  if (wish.has("filter")) tables.get(id).filter(wish.get("filter"));
  document.getElementById(id).scrollIntoView();
}
