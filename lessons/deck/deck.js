// Lay the cells of a lesson out on slides of 1280 x 720, by the height they really have here.
"use strict";

const LIMIT = 700;

function cells() {
  return [...document.querySelectorAll("#cells > *")];
}

// Units that stay whole: each paragraph, list or table of a text; each output.
function units(cell) {
  if (cell.matches(".notes, .source")) return [cell];
  return [...cell.children].map((child) => {
    const unit = document.createElement("div");
    unit.className = cell.className;
    unit.append(child);
    return unit;
  });
}

function heading(unit) {
  return unit.querySelector("h1, h2");
}

function newSlide(kind) {
  const slide = document.createElement("section");
  if (kind) slide.className = kind;
  document.getElementById("measure").append(slide);
  return slide;
}

function continued(title) {
  const unit = document.createElement("div");
  unit.className = "md again";
  const again = document.createElement("h2");
  again.innerHTML = `${title} <small>continued</small>`;
  unit.append(again);
  return unit;
}

function shrink(slide, unit) {
  const body = unit.querySelector("table, pre, img") || unit;
  const tooBig = () => slide.scrollHeight > LIMIT || body.scrollWidth > 1184;
  if (body.tagName === "IMG") {
    const rest = slide.scrollHeight - body.offsetHeight;
    body.style.maxHeight = `${Math.max(LIMIT - rest, 200)}px`;
    return;
  }
  let size = parseFloat(getComputedStyle(body).fontSize);
  const lines = body.tagName === "PRE" ? body.textContent.split("\n").length : 0;
  if (lines > 24) body.style.columnCount = lines > 70 ? 3 : 2;
  while (tooBig() && size > 11) {
    size -= 1;
    body.style.fontSize = `${size}px`;
    body.querySelectorAll("th, td").forEach((one) => { one.style.padding = "1px 8px"; });
  }
}

function layOut() {
  const measure = document.createElement("div");
  measure.id = "measure";
  measure.className = "reveal";
  document.body.append(measure);
  let slide = null;
  let title = "";
  let pictures = 0;
  for (const cell of cells()) {
    if (cell.matches(".notes, .source") && slide) {
      slide.append(cell);
      continue;
    }
    if (cell.matches(".solution")) {
      slide = newSlide("solution");
      pictures = 0;
      slide.append(cell);
      continue;
    }
    for (const unit of units(cell)) {
      const head = heading(unit);
      const picture = unit.querySelector("img") !== null;
      if (head || slide === null || slide.matches(".solution") || (picture && pictures)) {
        if (head) title = head.innerHTML;
        slide = newSlide("");
        pictures = 0;
        if (!head) slide.append(continued(title));
      }
      slide.append(unit);
      pictures += picture;
      const alone = [...slide.children].filter((one) => !one.matches(".notes, .source")).length <= 2;
      if (slide.scrollHeight > LIMIT && !head && !alone) {
        slide = newSlide("");
        pictures = Number(picture);
        slide.append(continued(title), unit);
      }
      const wide = unit.querySelector("table, pre");
      if (slide.scrollHeight > LIMIT || (wide && wide.scrollWidth > 1184)) shrink(slide, unit);
    }
  }
  document.querySelector(".slides").append(...measure.children);
  measure.remove();
}

// What a cell shows, and what is said about it, waits for a key: the question stands first.
function reveal() {
  for (const slide of document.querySelectorAll(".slides > section:not(.solution)")) {
    let before = 0;
    let waits = false;
    for (const unit of slide.querySelectorAll(":scope > .md:not(.again), :scope > .out")) {
      waits = waits || (unit.matches(".out") && before > 0);
      if (waits) unit.classList.add("fragment");
      before += 1;
    }
  }
}

// "c" shows the code behind the slide, and hides it again.
function toggleCode() {
  const panel = document.getElementById("code");
  const sources = Reveal.getCurrentSlide().querySelectorAll(".source pre");
  panel.replaceChildren(...[...sources].map((one) => one.cloneNode(true)));
  if (!sources.length) panel.textContent = "There is no code behind this slide.";
  panel.hidden = !panel.hidden;
}

async function start() {
  await MathJax.startup.promise;
  await MathJax.typesetPromise([document.getElementById("cells")]);
  await Promise.all([...document.images].map((one) => one.decode().catch(() => {})));
  document.getElementById("cells").hidden = false;
  layOut();
  reveal();
  document.getElementById("cells").remove();
  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t",
    transition: "none", plugins: [RevealNotes],
    keyboard: { 67: toggleCode },
  });
  Reveal.on("slidechanged", () => { document.getElementById("code").hidden = true; });
}

start();
