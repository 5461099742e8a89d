/* A page that moved leads on, to the place that was asked for or else the one that the table names. */
(function () {
  "use strict";

  var link = document.querySelector("a");
  if (location.hash) { link.hash = location.hash; }
  location.replace(link.href);
})();
