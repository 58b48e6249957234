"use strict";
// On a phone the reason stands below the matrix: bring it into view once it has come.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "finding") return;
  const box = event.target.getBoundingClientRect();
  if (box.top > window.innerHeight || box.bottom < 0) event.target.scrollIntoView({ block: "start" });
});
