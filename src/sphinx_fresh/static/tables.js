/* Searchable tables: the page has the first rows of each; the others come in parts, when they are asked for. */
(function () {
  "use strict";

  var PAGE = 15;
  var element = window.siteParts.element, decoded = window.siteParts.decoded, loadScript = window.siteParts.loadScript;
  var noteButton = window.siteParts.noteButton;

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

  function number(n) { return n.toLocaleString("en"); }

  function values(column, text) {
    return column.tags ? text.split(", ").filter(Boolean) : text === "" ? [] : [text];
  }

  /* --- rows, as the page has the first ---------------------------------------------------------- */

  function linked(text, address) {
    return address ? element("a", { href: address }, text) : document.createTextNode(text);
  }

  function cell(column, text) {
    var made = element("td", { role: "cell", "data-label": column.label });
    if (column.align) { made.className = "site-" + column.align; }
    if (!column.tags) {
      made.append(linked(text, /^https?:\/\/\S+$/.test(text) && text));
      return made;
    }
    values(column, text).forEach(function (value) {
      var id = column.tags[value];
      made.append(id ? element("button", { type: "button", "class": "site-tag", popovertarget: id }, value) : element("span", { "class": "site-tag" }, value), " ");
    });
    return made;
  }

  /* The row, and below it one with its notes. */
  function lines(row, columns, named) {
    var shown = columns.filter(function (c) { return c.align !== "note" && !c.hidden; });
    var notes = columns.filter(function (c) { return c.align === "note" && row[c.at] !== ""; });
    var first = element("th", { scope: "row", role: "rowheader" });
    first.append(linked(row[0], named && "#row=" + encodeURIComponent(row[0])));
    var line = element("tr", { role: "row" });
    line.append(first);
    shown.slice(1).forEach(function (c) { line.append(cell(c, row[c.at])); });
    if (!notes.length) { return [line]; }
    first.append(" ", noteButton(notes.length === 1 ? notes[0].label : "More", row[0]));
    var below = element("td", { role: "cell", colspan: shown.length });
    notes.forEach(function (c) {
      var said = element("p");
      said.append(element("strong", {}, c.label), " " + row[c.at]);
      below.append(said);
    });
    var under = element("tr", { role: "row", "class": "site-note" });
    under.append(below);
    return [line, under];
  }

  /* --- a table ---------------------------------------------------------------------------------- */

  function searchTable(place) {
    var name = place.getAttribute("data-table");
    var total = Number(place.getAttribute("data-rows"));
    var step = Number(place.getAttribute("data-part"));
    var files = JSON.parse(place.getAttribute("data-files"));
    var named = place.getAttribute("data-named") === "true";
    var columns = JSON.parse(place.getAttribute("data-columns")).map(function (c, at) { c.at = at; c.first = !!c.hidden; return c; });
    var facets = columns.filter(function (c) { return c.facet; });
    var state = { words: [], chosen: {}, column: -1, direction: 1, page: 0, marked: null };
    var rows = new Array(total);
    var asked = [];
    var turn = 0;
    var caption = place.querySelector(".site-search-caption").textContent.trim();
    var body = place.querySelector("tbody");
    var tools = place.querySelector(".site-search-tools");
    var pages = place.querySelector(".site-search-pages");

    function labelled(label, control, kind) {
      var made = element("label", { "class": kind }, label + " ");
      made.append(control);
      tools.append(made);
      return control;
    }

    var box = labelled("Search", element("input", { type: "search", autocomplete: "off", "aria-label": "Search: " + caption }), "site-search-box");
    facets.forEach(function (c) {
      c.select = labelled(c.label, element("select", { "data-key": c.key, "aria-label": c.label + ": " + caption }), "site-search-facet");
      c.select.append(new Option("all", ""));
      c.select.addEventListener("change", function () { choose(c, c.select.value); changed(); });
    });
    var order = labelled("Sort by", element("select", { "aria-label": "Sort by: " + caption }), "site-search-sort");
    var count = element("p", { role: "status", "class": "site-search-count" });
    var picker = columnPicker();
    tools.append(picker, count);
    var before = element("button", { type: "button" }, "Previous");
    var where = element("span");
    var after = element("button", { type: "button" }, "Next");
    pages.append(before, where, after);

    var headers = Array.prototype.slice.call(place.querySelectorAll("thead th"));
    columns.filter(function (c) { return c.align !== "note"; }).forEach(function (c, i) {
      var header = c.header = headers[i];
      var button = element("button", { type: "button", title: header.title }, header.textContent);
      header.removeAttribute("title");
      header.textContent = "";
      header.setAttribute("aria-sort", "none");
      header.append(button);
      button.addEventListener("click", function () { sort(c.at, state.column === c.at ? -state.direction : 1); });
    });

    function sort(column, direction) {
      state.column = column;
      state.direction = direction;
      changed();
    }

    order.append(new Option("as in the file", ""));
    columns.filter(function (c) { return c.header; }).forEach(function (c) {
      order.append(new Option(c.label + ", ascending", c.key), new Option(c.label + ", descending", "-" + c.key));
    });
    order.addEventListener("change", function () { sortBy(order.value); changed(); });

    function sortBy(said) {
      var c = columns.find(function (each) { return each.header && each.key === said.replace(/^-/, ""); });
      state.column = c ? c.at : -1;
      state.direction = said.charAt(0) === "-" ? -1 : 1;
    }

    /* Which columns are shown, beside the first. */
    function columnPicker() {
      var made = element("details", { "class": "site-search-columns" });
      made.append(element("summary", {}, "Columns"));
      var list = element("div", { role: "group", "aria-label": "Columns: " + caption });
      made.append(list);
      columns.slice(1).filter(function (c) { return c.align !== "note"; }).forEach(function (c) {
        var label = element("label");
        c.box = element("input", { type: "checkbox" });
        c.box.checked = !c.hidden;
        label.append(c.box, " " + c.label);
        list.append(label);
        c.box.addEventListener("change", function () { c.hidden = !c.box.checked; changed(); });
      });
      made.hidden = !columns.some(function (c) { return c.hidden; });
      return made;
    }

    function choose(column, value) {
      if (value) { state.chosen[column.at] = value; } else { delete state.chosen[column.at]; }
    }

    /* --- what is loaded --- */

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
      return files.every(function (_, part) { return asked[part]; });
    }

    function isChosen() {
      return state.words.length > 0 || Object.keys(state.chosen).length > 0;
    }

    /* What the view needs: its own rows in the file's order, all of them to search or sort. */
    function ready() {
      if (isChosen() || state.column >= 0) { return loadAll(); }
      var first = Math.floor(state.page * PAGE / step), last = (Math.min((state.page + 1) * PAGE, total) - 1) / step;
      var needed = [];
      for (var part = first; part <= last; part += 1) { needed.push(load(part)); }
      return Promise.all(needed);
    }

    /* --- the rows that are chosen --- */

    /* Whether a row has the words and the value of every facet, but for one facet that is left out. */
    function fits(row, but) {
      return matches(row, state.words) && facets.every(function (c) {
        return c === but || !(c.at in state.chosen) || values(c, row[c.at]).indexOf(state.chosen[c.at]) >= 0;
      });
    }

    function chosen() {
      var some = isChosen() ? rows.filter(function (row) { return fits(row, null); }) : rows;
      return state.column < 0 ? some : some.slice().sort(byColumn(state.column, state.direction));
    }

    /* Each value, with how many rows have it beside what is chosen elsewhere. */
    function fill(c, counted) {
      var had = new Map(Array.from(c.select.options).slice(1).map(function (o) { return [o.value, o]; }));
      var added = Array.from(counted.keys()).filter(function (value) { return !had.has(value); });
      added.forEach(function (value) { had.set(value, new Option(value, value)); });
      if (added.length) {
        Array.from(had.keys()).sort(function (a, b) { return a.localeCompare(b, "en"); }).forEach(function (value) { c.select.append(had.get(value)); });
      }
      had.forEach(function (option, value) {
        option.textContent = value + " (" + number(counted.get(value) || 0) + ")";
        option.disabled = !counted.get(value) && value !== state.chosen[c.at];
      });
      c.select.value = state.chosen[c.at] || "";
    }

    function recount() {
      facets.forEach(function (c) {
        var counted = new Map();
        rows.forEach(function (row) {
          if (fits(row, c)) { values(c, row[c.at]).forEach(function (v) { counted.set(v, (counted.get(v) || 0) + 1); }); }
        });
        fill(c, counted);
      });
    }

    function fillFirst() {
      JSON.parse(place.getAttribute("data-facets")).forEach(function (file) {
        loadScript(file).then(function () {
          window.siteFacets[name][0].forEach(function (found, i) { fill(facets[i], new Map(found)); });
          if (isWhole()) { loadAll().then(recount); }
        }).catch(function (error) { console.error(error); });
      });
    }

    /* --- what is shown --- */

    function status(shown) {
      var last = Math.max(Math.ceil(shown / PAGE) - 1, 0);
      state.page = Math.min(state.page, last);
      count.textContent = number(shown) + " of " + number(total) + " rows";
      where.textContent = "Page " + number(state.page + 1) + " of " + number(last + 1);
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
          lines(row, columns, named).forEach(function (line) {
            if (row === state.marked) { line.classList.add("site-marked"); }
            body.append(line);
          });
        });
        columns.forEach(function (c) {
          if (c.box) { c.box.checked = !c.hidden; }
          if (!c.header) { return; }
          c.header.hidden = !!c.hidden;
          c.header.setAttribute("aria-sort", c.at !== state.column ? "none" : state.direction > 0 ? "ascending" : "descending");
        });
        order.value = state.column < 0 ? "" : (state.direction < 0 ? "-" : "") + columns[state.column].key;
        if (facets.length && isWhole()) { loadAll().then(recount); }
      }).catch(function (error) {
        count.textContent = "The rows could not be loaded; the file below has them all.";
        console.error(error);
      });
    }

    /* --- the address keeps what is chosen: #table=NAME&search=…&KEY=…&sort=…&columns=… --- */

    function shownKeys() {
      return columns.filter(function (c) { return c.box && !c.hidden; }).map(function (c) { return c.key; }).join(" ");
    }
    var firstKeys = shownKeys();

    function remember() {
      var said = new URLSearchParams();
      if (box.value.trim()) { said.set("search", box.value.trim()); }
      facets.forEach(function (c) { if (c.at in state.chosen) { said.set("is-" + c.key, state.chosen[c.at]); } });
      if (state.column >= 0) { said.set("sort", (state.direction < 0 ? "-" : "") + columns[state.column].key); }
      if (shownKeys() !== firstKeys) { said.set("columns", shownKeys()); }
      var words = said.toString();
      history.replaceState(null, "", words ? "#table=" + encodeURIComponent(name) + "&" + words : location.pathname + location.search);
    }

    function recall(said) {
      box.value = said.get("search") || "";
      search();
      facets.forEach(function (c) { choose(c, said.get("is-" + c.key)); });
      sortBy(said.get("sort") || "");
      var keys = said.get("columns");
      columns.forEach(function (c) {
        if (c.box) { c.hidden = keys === null ? c.first : keys.split(" ").indexOf(c.key) < 0; }
      });
      state.page = 0;
      show().then(function () { place.scrollIntoView(); });
    }

    function changed() {
      state.page = 0;
      remember();
      show();
    }

    function search() {
      state.words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    }

    box.addEventListener("input", function () {
      search();
      changed();
    });
    before.addEventListener("click", function () { state.page -= 1; show(); });
    after.addEventListener("click", function () { state.page += 1; show(); });
    status(total);
    place.classList.add("site-search-ready");
    if (facets.length) {
      var watch = new IntersectionObserver(function (entries) {
        if (entries.some(function (entry) { return entry.isIntersecting; })) {
          watch.disconnect();
          fillFirst();
        }
      }, { rootMargin: "300px" });
      watch.observe(place);
    }

    return {
      name: name,
      recall: recall,
      /* Whether the table has the row; if so, it is shown. */
      find: function (wanted) {
        return loadAll().then(function () {
          var at = rows.findIndex(function (row) { return row[0] === wanted; });
          if (at < 0) { return false; }
          state.words = [];
          state.chosen = {};
          state.column = -1;
          box.value = "";
          state.marked = rows[at];
          state.page = Math.floor(at / PAGE);
          return show().then(function () {
            body.querySelector(".site-marked").scrollIntoView({ block: "center" });
            return true;
          });
        });
      }
    };
  }

  /* A link to a row, #row= and what stands in its first column: the first table that has it shows it. One to a table with what
     is chosen in it: #table= and its name. */
  function follow(tables) {
    function open() {
      var wanted = /^#row=(.*)$/.exec(location.hash);
      if (wanted) {
        var row = decoded(wanted[1]);
        tables.reduce(function (before, table) {
          return before.then(function (found) { return found || table.find(row); });
        }, Promise.resolve(false));
      }
      var said = new URLSearchParams(location.hash.slice(1));
      var table = tables.find(function (each) { return each.name === said.get("table"); });
      if (table) { table.recall(said); }
    }
    window.addEventListener("hashchange", open);
    open();
  }

  document.addEventListener("DOMContentLoaded", function () {
    follow(Array.prototype.map.call(document.querySelectorAll(".site-search"), searchTable));
  });
})();
