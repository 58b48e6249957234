"use strict";
// Holds a chosen file against the sha256 on the page. The file is read here and sent nowhere.
const check = document.querySelector("[data-check-file]");

function show(box, name) {
  box.querySelectorAll("[data-answer]").forEach((one) => {
    one.hidden = one.dataset.answer !== name;
  });
}

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (check && window.crypto && crypto.subtle) {
  const input = check.querySelector("input[type=file]");
  const shown = check.querySelector("[data-digest]");
  check.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    shown.textContent = "";
    show(check, "busy");
    try {
      const digest = await sha256(file);
      if (file !== input.files[0]) return;
      shown.textContent = digest;
      show(check, digest === check.dataset.checkFile ? "same" : "other");
    } catch (error) {
      show(check, "unreadable");
    }
  });
}
