/* Charts, tables, entries and code of the site. Without this script every chart is a drawing, and all that opens is open. */
(function () {
  "use strict";

  function element(name, attributes, text) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  /* What an address says; as it stands if it was typed with a bare %. */
  function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  function loadScript(address) {
    return new Promise(function (resolve, reject) {
      var script = element("script", { src: address });
      script.onload = resolve;
      script.onerror = function () { reject(new Error(address + " could not be loaded")); };
      document.head.appendChild(script);
    });
  }

  window.siteParts = { element: element, decoded: decoded, loadScript: loadScript, noteButton: noteButton };

  /* --- charts ------------------------------------------------------------------------------- */

  var library = null;

  function loadLibrary(address) {
    library = library || loadScript(address);
    return library;
  }

  /* The library is large. A page opens with drawings that look the same; the library is fetched when the reader first does
     something, and then each chart is drawn as it comes near the view, one at a time, so that none holds the page up. */
  function drawWhenNear(charts) {
    var signs = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown"];
    var waiting = [];
    var busy = false;

    function next() {
      var chart = waiting.shift();
      busy = chart !== undefined;
      if (busy) { whenIdle(function () { drawChart(chart).then(next); }); }
    }

    var watch = new IntersectionObserver(function (entries) {
      entries.filter(function (entry) { return entry.isIntersecting; }).forEach(function (entry) {
        watch.unobserve(entry.target);
        waiting.push(entry.target);
      });
      if (!busy) { next(); }
    }, { rootMargin: "300px" });

    var started = false;

    function start() {
      if (started) { return; }
      started = true;
      signs.forEach(function (sign) { window.removeEventListener(sign, start, true); });
      charts.forEach(function (chart) { watch.observe(chart); });
    }
    signs.forEach(function (sign) { window.addEventListener(sign, start, { capture: true, passive: true }); });
    document.addEventListener("site:wanted", start); /* from scripts of a page that change the data drawn */
  }

  function whenIdle(action) {
    if (window.requestIdleCallback) { window.requestIdleCallback(action, { timeout: 200 }); } else { setTimeout(action, 0); }
  }

  /* What is drawn before its type is there is measured by another. */
  function fonts() {
    return Promise.all(["12px 'Site Sans'", "bold 12px 'Site Sans'"].map(function (font) { return document.fonts.load(font); }));
  }

  function drawChart(chart) {
    var still = chart.querySelector(".site-chart-static");
    var spec = JSON.parse(chart.querySelector('script[type="application/json"]').textContent);
    var live = element("div", { "class": "site-chart-live site-chart-unready" });
    chart.appendChild(live);
    return Promise.all([loadLibrary(chart.getAttribute("data-library")), fonts()]).then(function () {
      return window.siteVegaEmbed(live, spec, {
        mode: "vega-lite", renderer: "svg", actions: false, ast: true, tooltip: { disableDefaultStyle: true }, defaultStyle: false
      });
    }).then(function (result) {
      live.classList.remove("site-chart-unready");
      nameLive(live);
      still.hidden = true;
      chart.setAttribute("data-drawn", "");
      followWidth(live);
      chart.siteView = result.view; /* for scripts of a page that change the data drawn */
      chart.dispatchEvent(new CustomEvent("site:drawn", { bubbles: true }));
    }).catch(function (error) {
      live.remove();
      console.error("chart " + chart.id + " could not be drawn:", error);
    });
  }

  /* An image with the library's label, which follows the data; its parts the figure's table has in words. Fields that the
     chart has for its reader must not stand in an image. */
  function nameLive(live) {
    var svg = live.querySelector("svg");
    live.removeAttribute("aria-roledescription");
    if (live.querySelector(".vega-bind")) {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", live.getAttribute("aria-label"));
      live.setAttribute("role", "group");
    } else {
      live.setAttribute("role", "img");
      svg.setAttribute("aria-hidden", "true");
    }
  }

  /* The library follows the window's width only; a sidebar or a fold changes the chart's width alone. */
  function followWidth(live) {
    var width = live.clientWidth;
    new ResizeObserver(function () {
      if (live.clientWidth !== width) {
        width = live.clientWidth;
        window.dispatchEvent(new Event("resize"));
      }
    }).observe(live);
  }

  /* --- tables: notes that open below their row, tags that explain themselves, cards on narrow screens --- */

  /* What opens the row below, named after what that has: one note, or more. */
  function noteButton(label, row) {
    return element("button", { type: "button", "class": "site-note-button", "aria-expanded": "false", "aria-label": label + ": " + row }, label);
  }

  function addNoteButtons() {
    document.querySelectorAll(".site-note").forEach(function (note) {
      var labels = note.querySelectorAll("p > strong:first-child");
      var first = note.previousElementSibling.cells[0];
      first.append(" ", noteButton(labels.length === 1 ? labels[0].textContent : "More", first.textContent.trim()));
    });
  }

  function openNotes(event) {
    var button = event.target.closest(".site-note-button");
    if (!button) { return; }
    var open = button.closest("tr").nextElementSibling.classList.toggle("site-open");
    button.setAttribute("aria-expanded", String(open));
  }

  /* A tag's text opens when it is pressed, which needs no script; here also while the pointer or the keyboard is on it. */
  function explainTags() {
    var tag = null;

    function textOf(button) { return document.getElementById(button.getAttribute("popovertarget")); }

    function place(text) {
      var at = tag.getBoundingClientRect(), size = text.getBoundingClientRect();
      var below = at.bottom + size.height < innerHeight;
      text.style.left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - size.width - 8)) + "px";
      text.style.top = (below ? at.bottom : at.top - size.height) + "px";
      text.style.bottom = "auto";
    }

    function show(event) {
      var button = event.target.closest && event.target.closest(".site-tag[popovertarget]");
      if (!button || (event.type === "focusin" && !button.matches(":focus-visible"))) { return; }
      tag = button;
      if (!textOf(button).matches(":popover-open")) { textOf(button).showPopover(); }
    }

    function hide(event) {
      var text = tag && textOf(tag), to = event.relatedTarget;
      if (text && text.matches(":popover-open") && !(to && (tag.contains(to) || text.contains(to)))) { text.hidePopover(); }
    }
    ["mouseover", "focusin"].forEach(function (sign) { document.addEventListener(sign, show); });
    ["mouseout", "focusout"].forEach(function (sign) { document.addEventListener(sign, hide); });
    document.addEventListener("pointerdown", function (event) { tag = event.target.closest(".site-tag[popovertarget]") || tag; });
    document.addEventListener("click", function (event) { /* what the pointer has opened stays so */
      var button = event.target.closest(".site-tag[popovertarget]");
      if (button && textOf(button).matches(":popover-open")) { event.preventDefault(); }
    });
    document.querySelectorAll(".site-tag-text").forEach(function (text) {
      text.addEventListener("toggle", function (event) { if (event.newState === "open" && tag) { place(text); } });
    });
  }

  /* What a table is to those who hear it, for where it is shown as cards: a browser goes by how a table is shown. */
  var ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };

  function nameParts(table) {
    Object.keys(ROLES).forEach(function (part) {
      (part === "table" ? [table] : table.querySelectorAll(part)).forEach(function (each) { each.setAttribute("role", ROLES[part]); });
    });
  }

  function cards(tables) {
    tables.forEach(function (table) {
      nameParts(table);
      if (!table.matches(".site-long")) { return; }
      var all = element("button", { type: "button", "class": "site-all-button" }, "Show all " + table.tBodies[0].querySelectorAll("tr:not(.site-note)").length + " rows");
      all.addEventListener("click", function () {
        table.classList.remove("site-long");
        all.remove();
      });
      table.parentNode.after(all);
    });
  }

  /* --- closed entries: the one that a link leads to opens ------------------------------------- */

  function openFold() {
    var id = decoded(location.hash.slice(1));
    var found = id && document.getElementById(id);
    if (found && found.matches("details.site-fold")) {
      found.open = true;
      found.scrollIntoView();
    }
  }

  /* --- code: one switch for the page, and each figure's own link ------------------------------ */

  function codeSwitch(folds, place) {
    var root = document.documentElement.classList;
    var button = element("button", { type: "button", "class": "btn btn-sm site-code-switch", "aria-pressed": "false" }, "Show the code");

    function show(on) {
      root.toggle("site-code-hidden", !on);
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "Hide the code" : "Show the code";
      folds.forEach(function (fold) { fold.open = on; });
    }

    function follow() {
      var found = document.getElementById(decoded(location.hash.slice(1)));
      var fold = found && found.closest("details.above-input");
      if (fold) {
        show(true);
        fold.scrollIntoView();
      }
    }
    button.addEventListener("click", function () { show(root.contains("site-code-hidden")); });
    window.addEventListener("hashchange", follow);
    document.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest('.site-tools a[href^="#code-"]');
      if (link) { setTimeout(follow, 0); } /* the address may be the same as before */
    });
    place.insertBefore(button, place.firstChild);
    show(false);
    follow();
  }

  /* --- paper is white ------------------------------------------------------------------------- */

  var page = document.documentElement.dataset;
  var theme = null;
  window.addEventListener("beforeprint", function () { theme = page.theme; page.theme = "light"; });
  window.addEventListener("afterprint", function () { page.theme = theme; });

  document.addEventListener("DOMContentLoaded", function () {
    drawWhenNear(document.querySelectorAll(".site-chart[data-library]"));
    var tables = document.querySelectorAll(".site-table");
    if (tables.length) {
      addNoteButtons();
      document.addEventListener("click", openNotes);
      cards(tables);
    }
    if (document.querySelector(".site-tag-text")) { explainTags(); }
    var folds = document.querySelectorAll("details.above-input");
    var place = document.querySelector(".article-header-buttons");
    if (folds.length && place) { codeSwitch(folds, place); }
    if (document.querySelector("details.site-fold")) {
      window.addEventListener("hashchange", openFold);
      openFold();
    }
  });
})();
