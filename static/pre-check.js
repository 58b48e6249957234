"use strict";
// The page works without this file; with it, link and code are copied by one button.
function wakeCopies(root) {
  root.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard;
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  navigator.clipboard.writeText(field.value).then(
    () => say(button.dataset.copied),
    () => field.select(),
  );
});

document.addEventListener("DOMContentLoaded", () => wakeCopies(document));
document.addEventListener("htmx:load", (event) => wakeCopies(event.detail.elt));
