/* Escape closes the definition of a term until the pointer and the focus have left it. */
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll(".site-term:hover, .site-term:focus-within").forEach(function (term) {
      term.setAttribute("data-closed", "");
    });
  });
  document.querySelectorAll(".site-term").forEach(function (term) {
    function open() { if (!term.matches(":hover, :focus-within")) { term.removeAttribute("data-closed"); } }
    term.addEventListener("pointerleave", open);
    term.addEventListener("focusout", function () { setTimeout(open, 0); });
  });
})();
