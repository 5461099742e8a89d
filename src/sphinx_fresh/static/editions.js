/* Where editions of the site stand beside each other, a switch between them: to the same page, or else to the first. A site
   alone does not load this; in an edition it stands behind site.js, whose address says where the edition is. */
(function () {
  "use strict";

  var root = new URL("../", document.currentScript.src);

  function addressIn(edition, page) {
    return new URL("../" + edition.version + "/" + (edition.pages.indexOf(page) < 0 ? "index.html" : page), root).href;
  }

  function wide(text) { return window.siteParts.element("span", { "class": "site-editions-wide" }, text); }

  function show(place) {
    var element = window.siteParts.element;
    var page = location.href.split(/[?#]/)[0].slice(root.href.length);
    var here = root.pathname.split("/").slice(-2)[0];
    var others = window.siteEditions.filter(function (edition) { return edition.version !== here; });
    if (!others.length) { return; }
    var newest = window.siteEditions[0].version;
    var list = element("ul");
    others.forEach(function (edition) {
      var item = element("li");
      var note = edition.version === newest ? " (newest)" : "";
      item.append(element("a", { href: addressIn(edition, page) }, "Version " + edition.version + note));
      list.append(item);
    });
    var fold = element("details", { "class": "site-editions" });
    var name = element("summary");
    name.append(wide("Version "), here, wide(here === newest ? "" : ": not the newest"));
    fold.append(name, list);
    fold.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && fold.open) {
        fold.open = false;
        name.focus();
      }
    });
    document.addEventListener("click", function (event) { if (!fold.contains(event.target)) { fold.open = false; } });
    place.prepend(fold);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector(".article-header-buttons");
    if (!place) { return; }
    window.siteParts.loadScript(new URL("../editions.js", root).href).then(function () { show(place); });
  });
})();
