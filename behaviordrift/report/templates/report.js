"use strict";
document.documentElement.classList.add("js");

const choosers = [...document.querySelectorAll("[data-choose-candidate]")];

function showCandidate(name) {
  for (const chooser of choosers) chooser.value = name;
  for (const panel of document.querySelectorAll("[data-candidate]")) panel.hidden = panel.dataset.candidate !== name;
}

for (const chooser of choosers) chooser.addEventListener("change", () => showCandidate(chooser.value));
if (choosers.length) showCandidate(choosers[0].value);

/* A table too wide for its place is told row by row, each cell under the name of its column. */
const places = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.classList.remove("stacked");
    target.classList.toggle("stacked", target.scrollWidth > target.clientWidth);
  }
});

for (const table of document.querySelectorAll("table")) {
  const names = [...table.tHead.rows[0].cells].map((cell) => [...cell.childNodes].map((node) => node.textContent).join(", "));
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    let column = 0;
    for (const cell of row.cells) {
      cell.dataset.column = names[column];
      column += cell.colSpan;
    }
  }
  places.observe(table.parentElement);
}

const words = (text) => text.match(/\p{Script=Han}\s*|[^\s\p{Script=Han}]+\s*|^\s+/gu) || [];

/* Which words of each side belong to a longest common subsequence. */
function common(left, right) {
  const a = left.map((word) => word.trim()), b = right.map((word) => word.trim());
  const width = b.length + 1, best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1] + 1
        : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const inLeft = new Set(), inRight = new Set();
  for (let i = 0, j = 0; i < a.length && j < b.length;)
    if (a[i] === b[j]) { inLeft.add(i++); inRight.add(j++); }
    else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i++;
    else j++;
  return [inLeft, inRight];
}

function paragraph(kind, content) {
  const p = document.createElement("p");
  p.className = kind;
  p.append(...content);
  return p;
}

function marked(parts, kept) {
  const nodes = [];
  for (let i = 0; i < parts.length;) {
    const same = kept.has(i);
    let run = "";
    while (i < parts.length && kept.has(i) === same) run += parts[i++];
    const node = same ? document.createTextNode(run) : document.createElement("mark");
    if (!same) node.textContent = run.trimEnd();
    nodes.push(node);
    if (!same && run !== run.trimEnd()) nodes.push(run.slice(run.trimEnd().length));
  }
  return nodes;
}

function absence(text) {
  if (text === undefined) return "Not asked.";
  if (text === null) return "No reply was recorded.";
  return text.trim() ? "" : "The reply is empty.";
}

/* Replies with almost nothing in common would be marked from end to end, which tells the eye nothing. */
const LEAST_COMMON = 0.25;

function fill(bodies, texts) {
  const missing = texts.map(absence);
  if (missing.some(Boolean) || texts[0] === texts[1]) {
    bodies.forEach((body, i) => body.replaceChildren(missing[i] ? paragraph("absent", [missing[i]]) : paragraph("text", [texts[i]])));
    return;
  }
  const parts = texts.map(words);
  const kept = common(parts[0], parts[1]);
  const alike = 2 * kept[0].size / (parts[0].length + parts[1].length) >= LEAST_COMMON;
  bodies.forEach((body, i) => body.replaceChildren(paragraph("text", alike ? marked(parts[i], kept[i]) : [texts[i]])));
}

const form = document.getElementById("compare");
if (form) {
  const data = JSON.parse(document.getElementById("data").textContent);
  const examples = [...document.querySelectorAll(".example")];
  const field = (id) => document.getElementById(id);
  const textOf = (row, name) => data.texts[data.rows[row][data.names.indexOf(name)]];

  const refill = () => {
    const names = [field("left").value, field("right").value];
    examples.forEach((example, row) => {
      example.querySelectorAll("h4").forEach((heading, i) => { heading.textContent = names[i]; });
      fill([...example.querySelectorAll(".body")], names.map((name) => textOf(row, name)));
    });
    filter();
  };
  const filter = () => {
    const names = [field("left").value, field("right").value];
    const sought = field("find").value.trim().toLowerCase();
    let shown = 0;
    examples.forEach((example, row) => {
      const texts = names.map((name) => textOf(row, name));
      const inSet = !field("set").value || example.dataset.set === field("set").value;
      const found = !sought || [example.querySelector("h3").textContent, ...texts].some((t) => (t || "").toLowerCase().includes(sought));
      example.hidden = !(inSet && found && (!field("differing").checked || texts[0] !== texts[1]));
      shown += !example.hidden;
    });
    field("shown").value = `${shown} of ${examples.length} shown`;
  };
  for (const id of ["left", "right"]) field(id).addEventListener("change", refill);
  for (const id of ["set", "find", "differing"]) field(id).addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  refill();
}
