/* In another site's page a figure is light or dark as its reader likes, or as the address ends: #light, #dark. */
(function () {
  "use strict";

  var dark = matchMedia("(prefers-color-scheme: dark)");

  function choose() {
    var asked = location.hash.slice(1);
    document.documentElement.dataset.theme = asked === "light" || asked === "dark" ? asked : dark.matches ? "dark" : "light";
  }
  dark.addEventListener("change", choose);
  addEventListener("hashchange", choose);
  choose();
})();
