"use strict";
// Everything here is a convenience: each page works without it.

// The matrix: j k between rows, h l between criteria, Enter opens, / searches.
function matrixCells(row) {
  return Array.from(row.querySelectorAll("[data-cell] a, [data-cell] button"));
}

function moveInMatrix(matrix, key) {
  const rows = Array.from(matrix.querySelectorAll("tr[data-row]")).filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const at = document.activeElement.closest("tr[data-row]");
  const row = Math.max(rows.indexOf(at), 0);
  const column = at ? Math.max(matrixCells(at).indexOf(document.activeElement), 0) : 0;
  const down = { j: 1, k: -1 }[key] || 0;
  const right = { h: -1, l: 1 }[key] || 0;
  const nextRow = at ? Math.min(Math.max(row + down, 0), rows.length - 1) : 0;
  const cells = matrixCells(rows[nextRow]);
  const next = cells[Math.min(Math.max(column + right, 0), cells.length - 1)];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Single keys can be switched off, and stay off (WCAG 2.1.4).
function keysAreOff() {
  return localStorage.getItem("keys") === "off";
}

function showKeys() {
  document.querySelectorAll("[data-keys-switch]").forEach((button) => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(!keysAreOff()));
  });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-switch]")) return;
  localStorage.setItem("keys", keysAreOff() ? "on" : "off");
  showKeys();
});

document.addEventListener("keydown", (event) => {
  if (keysAreOff() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog[open]")) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
    return;
  }
  const matrix = document.querySelector("[data-matrix]");
  if (!matrix || !"hjkl".includes(event.key) || event.key.length !== 1) return;
  event.preventDefault();
  moveInMatrix(matrix, event.key);
});

// The chosen cell stays marked after its reason came beside the matrix.
document.addEventListener("htmx:afterSwap", (event) => {
  const source = event.detail.requestConfig && event.detail.requestConfig.elt;
  const matrix = source && source.closest("[data-matrix]");
  if (!matrix) return;
  matrix.querySelectorAll(".is-chosen").forEach((one) => one.classList.remove("is-chosen"));
  source.closest("tr").classList.add("is-chosen");
  const cell = source.closest("td");
  if (cell) cell.classList.add("is-chosen");
});

function say(text) {
  const place = document.querySelector("[data-live]");
  if (place) place.textContent = text;
}

document.addEventListener("htmx:responseError", () => say(document.body.dataset.failed || ""));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.failed || ""));

// Printing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Dialogs: a button opens, a button inside closes; without this file the button's link leads to the page itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && dialog.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
});

// Unsaved changes: a word beside the button, and the browser's own question on leaving.
function watchChanges(form) {
  const hint = form.querySelector("[data-unsaved]");
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
    if (hint) hint.hidden = false;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form || !event.detail.successful) return;
    changed = false;
    if (hint) hint.hidden = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// Files: drop them on the box; the list shows what is chosen and how far the sending is.
function listFiles(box, input) {
  const list = box.querySelector("[data-drop-list]");
  if (!list) return;
  list.replaceChildren(
    ...Array.from(input.files, (file) => {
      const line = document.createElement("li");
      line.className = "file";
      const name = document.createElement("span");
      name.className = "file-name";
      name.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1000))} kB`;
      line.append(name);
      return line;
    }),
  );
}

function watchDrop(box) {
  const input = box.querySelector("input[type=file]");
  if (!input) return;
  box.classList.add("is-ready");
  input.addEventListener("change", () => listFiles(box, input));
  ["dragenter", "dragover"].forEach((name) =>
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("is-over");
    }),
  );
  ["dragleave", "drop"].forEach((name) => box.addEventListener(name, () => box.classList.remove("is-over")));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest("form");
  const list = form && form.querySelector("[data-drop-list]");
  if (!list || !event.detail.lengthComputable) return;
  let bar = list.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.setAttribute("aria-label", list.dataset.sending || "…");
    const line = document.createElement("li");
    line.append(bar);
    list.append(line);
  }
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});

function wakeOnce(root, selector, work) {
  const found = [...root.querySelectorAll(selector), ...(root.matches && root.matches(selector) ? [root] : [])];
  found
    .filter((one) => !one.dataset.awake)
    .forEach((one) => {
      one.dataset.awake = "yes";
      work(one);
    });
}

function wake(root) {
  wakeOnce(root, "form[data-watch]", watchChanges);
  wakeOnce(root, "[data-drop]", watchDrop);
  showKeys();
}

document.addEventListener("DOMContentLoaded", () => {
  wake(document);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
});
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
