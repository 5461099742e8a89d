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

  /* --- charts ------------------------------------------------------------------------------- */

  var library = null;

  function loadLibrary(address) {
    library = library || new Promise(function (resolve, reject) {
      var script = element("script", { src: address });
      script.onload = resolve;
      script.onerror = function () { reject(new Error(address + " could not be loaded")); };
      document.head.appendChild(script);
    });
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

  function drawChart(chart) {
    var still = chart.querySelector(".site-chart-static");
    var spec = JSON.parse(chart.querySelector('script[type="application/json"]').textContent);
    var live = element("div", { "class": "site-chart-live site-chart-unready" });
    chart.appendChild(live);
    return loadLibrary(chart.getAttribute("data-library")).then(function () {
      return window.siteVegaEmbed(live, spec, {
        mode: "vega-lite", renderer: "svg", actions: false, ast: true, tooltip: { disableDefaultStyle: true }, defaultStyle: false
      });
    }).then(function (result) {
      live.classList.remove("site-chart-unready");
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

  function cell(value, column, place) {
    var made = element(place === 0 ? "th" : "td", place === 0 ? { scope: "row" } : {});
    if (column.align) { made.className = "site-" + column.align; }
    if (/^https?:\/\/\S+$/.test(value)) {
      made.appendChild(element("a", { href: value }, value));
    } else {
      made.textContent = value;
    }
    return made;
  }

  function searchTable(place) {
    var data = window.siteTables[place.getAttribute("data-table")];
    var state = { words: [], column: -1, direction: 1, page: 0, marked: null };
    var caption = place.querySelector(".site-search-caption");

    var label = element("label", { "class": "site-search-box" }, "Search ");
    var box = element("input", { type: "search", autocomplete: "off", "aria-label": "Search: " + caption.textContent.trim() });
    label.appendChild(box);
    var count = element("p", { role: "status", "class": "site-search-count" });
    var scroll = element("div", { "class": "pst-scrollable-table-container", tabindex: "0" });
    var table = element("table", { "class": "table site-table", "aria-label": caption.textContent.trim() });
    var head = element("tr");
    var body = element("tbody");
    var buttons = data.columns.map(function (column, index) {
      var header = element("th", { scope: "col", "aria-sort": "none" });
      if (column.align === "right") { header.className = "site-right"; }
      var button = element("button", { type: "button" }, column.label);
      if (column.title) { button.title = column.title; }
      button.addEventListener("click", function () {
        state.direction = state.column === index ? -state.direction : 1;
        state.column = index;
        state.page = 0;
        show();
      });
      header.appendChild(button);
      head.appendChild(header);
      return header;
    });
    var pages = element("nav", { "class": "site-search-pages", "aria-label": "Pages of the table" });
    var before = element("button", { type: "button" }, "Previous");
    var where = element("span");
    var after = element("button", { type: "button" }, "Next");
    [before, where, after].forEach(function (part) { pages.appendChild(part); });

    function chosen() {
      var rows = data.rows.filter(function (row) { return matches(row, state.words); });
      return state.column < 0 ? rows : rows.sort(byColumn(state.column, state.direction));
    }

    function show() {
      var rows = chosen();
      var last = Math.max(Math.ceil(rows.length / PAGE) - 1, 0);
      state.page = Math.min(state.page, last);
      count.textContent = rows.length + " of " + data.rows.length + " rows";
      body.textContent = "";
      rows.slice(state.page * PAGE, (state.page + 1) * PAGE).forEach(function (row) {
        var line = element("tr", row === state.marked ? { "class": "site-marked" } : {});
        row.forEach(function (value, index) { line.appendChild(cell(value, data.columns[index], index)); });
        body.appendChild(line);
      });
      buttons.forEach(function (header, index) {
        var sorted = index !== state.column ? "none" : state.direction > 0 ? "ascending" : "descending";
        header.setAttribute("aria-sort", sorted);
      });
      where.textContent = "Page " + (state.page + 1) + " of " + (last + 1);
      before.disabled = state.page === 0;
      after.disabled = state.page === last;
      pages.hidden = last === 0;
    }

    function openRow() {
      var wanted = /^#row=(.*)$/.exec(location.hash);
      if (!wanted) { return; }
      var name = decodeURIComponent(wanted[1]);
      var row = data.rows.find(function (candidate) { return candidate[0] === name; });
      if (!row) { return; }
      state.words = [];
      box.value = "";
      state.marked = row;
      state.page = Math.floor(chosen().indexOf(row) / PAGE);
      show();
      body.querySelector(".site-marked").scrollIntoView({ block: "center" });
    }

    box.addEventListener("input", function () {
      state.words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      state.page = 0;
      show();
    });
    before.addEventListener("click", function () { state.page -= 1; show(); });
    after.addEventListener("click", function () { state.page += 1; show(); });
    window.addEventListener("hashchange", openRow);

    var top = element("thead");
    top.appendChild(head);
    table.appendChild(top);
    table.appendChild(body);
    scroll.appendChild(table);
    var tools = element("div", { "class": "site-search-tools" });
    tools.appendChild(label);
    tools.appendChild(count);
    [tools, scroll, pages].forEach(function (part) {
      place.insertBefore(part, place.querySelector(".site-search-file"));
    });
    show();
    place.classList.add("site-search-ready");
    openRow();
  }

  /* --- paper is white ------------------------------------------------------------------------- */

  var page = document.documentElement.dataset;
  var theme = null;
  window.addEventListener("beforeprint", function () { theme = page.theme; page.theme = "light"; });
  window.addEventListener("afterprint", function () { page.theme = theme; });

  document.addEventListener("DOMContentLoaded", function () {
    drawWhenNear(document.querySelectorAll(".site-chart[data-library]"));
    document.querySelectorAll(".site-search").forEach(searchTable);
  });
})();
