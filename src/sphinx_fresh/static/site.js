/* Charts and searchable tables of the site. Without this script every chart is a drawing and every table a file. */
(function () {
  "use strict";

  var PAGE = 20;

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

  /* --- searchable tables ---------------------------------------------------------------------- */

  function byColumn(column, direction) {
    return function (first, second) {
      var a = first[column], b = second[column];
      if (a === "" || b === "") { return (a === "") - (b === ""); }
      var difference = Number(a) - Number(b);
      return direction * (isNaN(difference) ? a.localeCompare(b) : difference);
    };
  }

  function matches(row, words) {
    var text = row.join("\n").toLowerCase();
    return words.every(function (word) { return text.indexOf(word) >= 0; });
  }

  function rowAddress(name) {
    return "#row=" + encodeURIComponent(name);
  }

  function cell(value, header, place, named) {
    var made = element(place === 0 ? "th" : "td", place === 0 ? { scope: "row" } : {});
    made.className = header.className;
    if (place === 0 && named) {
      made.appendChild(element("a", { href: rowAddress(value) }, value));
    } else if (/^https?:\/\/\S+$/.test(value)) {
      made.appendChild(element("a", { href: value }, value));
    } else {
      made.textContent = value;
    }
    return made;
  }

  /* The page has a table's first rows; the others come in parts, when they are asked for. */
  function searchTable(place) {
    var name = place.getAttribute("data-table");
    var total = Number(place.getAttribute("data-rows"));
    var step = Number(place.getAttribute("data-part"));
    var files = JSON.parse(place.getAttribute("data-files"));
    var named = place.getAttribute("data-named") === "true";
    var state = { words: [], column: -1, direction: 1, page: 0, marked: null };
    var rows = new Array(total);
    var asked = [];
    var turn = 0;
    var caption = place.querySelector(".site-search-caption").textContent.trim();
    var body = place.querySelector("tbody");
    var tools = place.querySelector(".site-search-tools");
    var pages = place.querySelector(".site-search-pages");

    var label = element("label", { "class": "site-search-box" }, "Search ");
    var box = element("input", { type: "search", autocomplete: "off", "aria-label": "Search: " + caption });
    label.appendChild(box);
    var count = element("p", { role: "status", "class": "site-search-count" });
    [label, count].forEach(function (part) { tools.appendChild(part); });
    var before = element("button", { type: "button" }, "Previous");
    var where = element("span");
    var after = element("button", { type: "button" }, "Next");
    [before, where, after].forEach(function (part) { pages.appendChild(part); });

    var headers = Array.prototype.slice.call(place.querySelectorAll("thead th"));
    headers.forEach(function (header, index) {
      var button = element("button", { type: "button", title: header.title }, header.textContent);
      header.removeAttribute("title");
      header.textContent = "";
      header.setAttribute("aria-sort", "none");
      header.appendChild(button);
      button.addEventListener("click", function () {
        state.direction = state.column === index ? -state.direction : 1;
        state.column = index;
        state.page = 0;
        show();
      });
    });

    function load(part) {
      asked[part] = asked[part] || loadScript(files[part]).then(function () {
        window.siteTables[name][part].forEach(function (row, i) { rows[part * step + i] = row; });
      });
      return asked[part];
    }

    function loadAll() {
      return Promise.all(files.map(function (_, part) { return load(part); }));
    }

    function isWhole() {
      return state.column < 0 && state.words.length === 0;
    }

    /* What the view needs: its own rows in the file's order, all of them to search or sort. */
    function ready() {
      if (!isWhole()) { return loadAll(); }
      var first = Math.floor(state.page * PAGE / step), last = (Math.min((state.page + 1) * PAGE, total) - 1) / step;
      var needed = [];
      for (var part = first; part <= last; part += 1) { needed.push(load(part)); }
      return Promise.all(needed);
    }

    function chosen() {
      if (isWhole()) { return rows; }
      var some = rows.filter(function (row) { return matches(row, state.words); });
      return state.column < 0 ? some : some.sort(byColumn(state.column, state.direction));
    }

    function status(shown) {
      var last = Math.max(Math.ceil(shown / PAGE) - 1, 0);
      state.page = Math.min(state.page, last);
      count.textContent = shown + " of " + total + " rows";
      where.textContent = "Page " + (state.page + 1) + " of " + (last + 1);
      before.disabled = state.page === 0;
      after.disabled = state.page === last;
      pages.hidden = last === 0;
    }

    function show() {
      turn += 1;
      var mine = turn;
      return ready().then(function () {
        if (mine !== turn) { return; } /* the reader has gone on */
        var some = chosen();
        status(some.length);
        body.textContent = "";
        some.slice(state.page * PAGE, (state.page + 1) * PAGE).forEach(function (row) {
          var line = element("tr", row === state.marked ? { "class": "site-marked" } : {});
          row.forEach(function (value, index) { line.appendChild(cell(value, headers[index], index, named)); });
          body.appendChild(line);
        });
        headers.forEach(function (header, index) {
          var sorted = index !== state.column ? "none" : state.direction > 0 ? "ascending" : "descending";
          header.setAttribute("aria-sort", sorted);
        });
      }).catch(function (error) {
        count.textContent = "The rows could not be loaded; the file below has them all.";
        console.error(error);
      });
    }

    box.addEventListener("input", function () {
      state.words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      state.page = 0;
      show();
    });
    before.addEventListener("click", function () { state.page -= 1; show(); });
    after.addEventListener("click", function () { state.page += 1; show(); });
    status(total);
    place.classList.add("site-search-ready");

    /* Whether the table has the row; if so, it is shown. */
    return function (wanted) {
      return loadAll().then(function () {
        var at = rows.findIndex(function (row) { return row[0] === wanted; });
        if (at < 0) { return false; }
        state.words = [];
        state.column = -1;
        box.value = "";
        state.marked = rows[at];
        state.page = Math.floor(at / PAGE);
        return show().then(function () {
          body.querySelector(".site-marked").scrollIntoView({ block: "center" });
          return true;
        });
      });
    };
  }

  /* A link to a row, #row= and what stands in its first column: the first table that has it shows it. */
  function openRows(tables) {
    function open() {
      var wanted = /^#row=(.*)$/.exec(location.hash);
      if (!wanted) { return; }
      var name = decoded(wanted[1]);
      tables.reduce(function (before, table) {
        return before.then(function (found) { return found || table(name); });
      }, Promise.resolve(false));
    }
    window.addEventListener("hashchange", open);
    open();
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
    var tables = Array.prototype.map.call(document.querySelectorAll(".site-search"), searchTable);
    if (tables.length) { openRows(tables); }
    var folds = document.querySelectorAll("details.above-input");
    var place = document.querySelector(".article-header-buttons");
    if (folds.length && place) { codeSwitch(folds, place); }
    if (document.querySelector("details.site-fold")) {
      window.addEventListener("hashchange", openFold);
      openFold();
    }
  });
})();
