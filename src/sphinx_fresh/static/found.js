/* An address that ends with #find--TABLE--WORDS opens that searchable table with the words filled in; odd bytes stand as _XX. */
(function () {
  "use strict";

  function decoded(text) {
    try { return decodeURIComponent(text.replace(/_/g, "%")); } catch { return text; } /* typed by a reader */
  }

  function find() {
    var wanted = /^#find--(.+?)--(.+)$/.exec(location.hash);
    if (!wanted) { return; }
    var words = decoded(wanted[2]);
    var place = document.querySelector('.site-search[data-table="' + CSS.escape(wanted[1]) + '"]');
    if (!place) { return; }

    function fill() {
      var box = place.querySelector(".site-search-box input");
      if (!box) { return false; }
      box.value = words;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      place.scrollIntoView();
      box.focus({ preventScroll: true });
      return true;
    }
    if (fill()) { return; }
    new MutationObserver(function (changes, watch) { /* the table's own script has yet to make the box */
      if (fill()) { watch.disconnect(); }
    }).observe(place, { childList: true, subtree: true });
  }

  window.addEventListener("load", find);
  window.addEventListener("hashchange", find);
})();
