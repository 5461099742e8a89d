/* The page "What if": controls that look up what `ceg` found under each combination of the assumptions. Nothing is
   estimated here: an outcome brings its texts, verdicts and places; this script counts verdicts and keeps names apart. */
(function () {
  "use strict";

  function element(name, attributes, children) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    [].concat(children === undefined ? [] : children).forEach(function (child) { made.append(child); });
    return made;
  }

  function listed(words) {
    if (!words.length) { return "none"; }
    return words.length < 2 ? words[0] : words.slice(0, -1).join(", ") + " and " + words[words.length - 1];
  }

  /* --- what the choices give ---------------------------------------------------------------- */

  /* chosen: key of an assumption -> number of its option */
  function outcome(data, enhancement, chosen) {
    var at = enhancement.keys.reduce(function (sum, key) {
      return sum * data.byKey[key].options.length + chosen[key];
    }, 0);
    return enhancement.outcomes[enhancement.at[at]];
  }

  function outcomes(data, chosen) {
    return data.enhancements.map(function (e) { return outcome(data, e, chosen); });
  }

  function count(data, found, threshold) {
    var names = { estimated: [], exceed: [], bound: [], fail: [], open: [], without: [] };
    data.enhancements.forEach(function (e, i) {
      if (!e.surveyed) { return; }
      var letter = found[i].verdicts[threshold];
      names[letter === "-" ? "without" : "estimated"].push(e.name);
      if (letter === "p" || letter === "b") { names.exceed.push(e.name); }
      if (letter === "b") { names.bound.push(e.name); }
      if (letter === "n") { names.fail.push(e.name); }
      if (letter === "o") { names.open.push(e.name); }
    });
    return names;
  }

  function verdict(names, needed) {
    if (names.exceed.length >= needed) { return "yes"; }
    return names.exceed.length + names.open.length < needed ? "no" : "open";
  }

  function sentence(data, found, chosen) {
    var said = Object.assign({}, data.fixed);
    var marks = thresholds(data, chosen);
    ["large", "very_large"].forEach(function (name, i) {
      var names = count(data, found, marks[i]);
      said[name] = data.thresholds.lines[marks[i]][1];
      said["exceed_" + name] = names.exceed.length;
      said["bound_" + name] = names.bound.length;
    });
    var large = count(data, found, marks[0]);
    var most = count(data, found, data.thresholds.claims[0]);
    var some = count(data, found, data.thresholds.claims[1]);
    said.surveyed = large.estimated.length + large.without.length;
    said.estimated = large.estimated.length;
    said.fail = listed(large.fail);
    said.open = listed(large.open);
    said.without = listed(large.without);
    said.most = data.verdicts[verdict(most, Math.floor(most.estimated.length / 2) + 1)];
    said.some = data.verdicts[verdict(some, 1)];
    return data.sentence.replace(/\{(\w+)\}/g, function (_, name) { return said[name]; });
  }

  function thresholds(data, chosen) {
    return data.thresholds.keys.map(function (key, i) { return data.thresholds.at[i][chosen[key]]; });
  }

  /* How many enhancements each option of an assumption would move from where they are. */
  function moves(data, chosen, key, option) {
    var other = Object.assign({}, chosen);
    other[key] = option;
    return data.enhancements.filter(function (e) {
      return e.keys.indexOf(key) >= 0 && outcome(data, e, other) !== outcome(data, e, chosen);
    }).length;
  }

  /* --- the figure ------------------------------------------------------------------------------ */

  /* Names beside their points, moved up or down until none covers another name or another's line. */
  function labels(rows, panel, size) {
    var perX = (size[0] - 60) / (panel.xs[1] - panel.xs[0]), perY = (size[1] - 60) / (panel.ys[1] - panel.ys[0]);
    var placed = [];
    var spots = rows.map(function (r) { return { row: r, x: r.x * perX, y: r.y * perY, top: r.top * perY, reach: r.free ? 16 : 0 }; });
    var shifts = [];
    for (var t = 0; t <= 20; t += 1) { shifts.push(-t); if (t) { shifts.push(t); } }

    function isFree(left, width, at) {
      if (left < panel.xs[0] * perX + 4 || left + width > panel.xs[1] * perX) { return false; }
      return placed.every(function (p) {
        return Math.abs(at - p.y) >= 13 || left > p.x + p.width || p.x > left + width;
      }) && !spots.some(function (s) {
        return left - 4 < s.x && s.x - s.reach < left + width + 4 && s.y - 9 < at && at < s.top + 13;
      });
    }

    return spots.slice().sort(function (a, b) { return b.x - a.x || a.y - b.y; }).map(function (s) {
      var width = 6.4 * s.row.name.length;
      var beside = [[9, 0], [-width / 2, s.top - s.y + 15], [-9 - width, 0], [-6, -13], [-6, s.top - s.y + 15]];
      var best = beside[0];
      shifts.some(function (shift) {
        return beside.some(function (b) {
          var free = isFree(s.x + b[0], width, s.y + b[1] + 4 * shift);
          if (free) { best = [b[0], b[1] + 4 * shift]; }
          return free;
        });
      });
      placed.push({ x: s.x + best[0], width: width, y: s.y + best[1] });
      return { name: s.row.name, category: s.row.category, lx: (s.x + best[0]) / perX, ly: (s.y + best[1]) / perY };
    });
  }

  function panelData(data, found, before, chosen, index, width) {
    var panel = data.panels[index];
    var layers = {}, rows = [], absent = [], said = [];
    data.layers.forEach(function (name) { layers[name] = []; });
    layers.line = [[0, ""]].concat(thresholds(data, chosen).map(function (t) { return data.thresholds.lines[t]; }))
      .map(function (line) { return { x: panel.xs[1], y: line[0], says: line[1] }; });
    data.enhancements.forEach(function (e, i) {
      var now = found[i], was = before[i];
      if (was !== now && was.row && was.places[index]) { /* where it stands at the defaults */
        var mark = was.marks.interpolated || was.marks.extrapolated || was.marks.arrow || was.marks.bar || [was.y];
        layers.before.push({
          name: e.name, category: e.category, says: was.says, status: "at the defaults", comparison: e.comparison, source: e.source, provenance: e.provenance,
          cost: was.places[index].cost, x: was.places[index].x, y: mark[0]
        });
      }
      if (!now.row) { return; }
      var place = now.places[index];
      if (!place) { absent.push(e.name); return; }
      var marks = Object.assign({}, now.marks, place.free ? { free: [now.y] } : {});
      Object.keys(marks).forEach(function (name) {
        var record = {
          name: e.name, category: e.category, says: now.says, status: now.row[data.data.indexOf("status")],
          comparison: e.comparison, source: e.source, provenance: e.provenance, cost: place.cost, x: place.x, y: marks[name][0]
        };
        if (marks[name].length > 1) { record.y2 = marks[name][1]; }
        layers[name].push(record);
      });
      rows.push({ name: e.name, category: e.category, x: place.x, y: now.y, top: now.top, free: place.free });
      said.push(e.name + " (" + e.category + "): CEG " + now.says + ", " + (place.free ? "none" : place.cost));
    });
    layers.label = labels(rows, panel, [width || data.size[0], data.size[1]]);
    return {
      layers: layers, absent: absent,
      description: "Compute-equivalent gain against " + panel.title + ". " + said.join("; ") + "."
    };
  }

  function drawFigure(parts, data, found, before, chosen) {
    var notes = [];
    parts.charts.forEach(function (chart, index) {
      var made = panelData(data, found, before, chosen, index, chart.clientWidth);
      fill(parts.tables[index].querySelector("tbody"), pointed(made.layers));
      if (made.absent.length) { notes.push("Not drawn against " + data.panels[index].cost + ": " + listed(made.absent) + "."); }
      if (!chart.siteView) { return; } /* not drawn yet; comes back when it is */
      Object.keys(made.layers).forEach(function (name) {
        chart.siteView.data(data.panels[index].key + "_" + name, made.layers[name]);
      });
      chart.siteView.description(made.description);
      chart.siteView.runAsync();
    });
    parts.note.textContent = notes.join(" ");
    var rows = found.filter(function (now) { return now.row; }).map(function (now) { return now.row; });
    var lines = [data.data].concat(rows).map(function (row) {
      return row.map(function (value) { return value === null ? "" : value; }).join(",");
    });
    parts.csv.href = "data:text/csv;charset=utf-8," + encodeURIComponent(lines.join("\n") + "\n");
  }

  /* What the tooltips of a panel say, each once: the rows of its table. */
  function pointed(layers) {
    var rows = {};
    ["before", "beyond", "interpolated", "extrapolated", "arrow", "unsure", "bar", "free"].forEach(function (name) {
      layers[name].forEach(function (r) {
        var row = [r.name, r.says, r.status, r.cost, r.comparison, r.source, r.provenance];
        rows[JSON.stringify(row)] = row;
      });
    });
    return Object.values(rows);
  }

  function fill(body, rows) {
    body.textContent = "";
    rows.forEach(function (row) {
      body.append(element("tr", {}, row.map(function (value, i) {
        return element(i ? "td" : "th", i ? {} : { scope: "row" }, value === null ? "" : String(value));
      })));
    });
  }

  /* --- the ranking ------------------------------------------------------------------------------ */

  function moved(data, before, now) {
    var column = data.columns.find(function (c) {
      return c.key in before && before[c.key] !== now[c.key];
    });
    if (!column) { return ""; }
    return (column.key === "says" ? "" : column.label + ": ") + (before[column.key] || "none") + " → " + (now[column.key] || "none");
  }

  function drawRanking(parts, data, found, before) {
    var order = data.enhancements.map(function (_, i) { return i; });
    order.sort(function (a, b) {
      return (data.enhancements[a].outcomes.length < 1) - (data.enhancements[b].outcomes.length < 1) ||
        !data.enhancements[a].comparison - !data.enhancements[b].comparison ||
        (found[b].rank || 0) - (found[a].rank || 0);
    });
    parts.rankingBody.textContent = "";
    order.forEach(function (i, place) {
      var cells = Object.assign({}, found[i], {
        place: found[i].rank === null ? "" : place + 1, name: data.enhancements[i].name,
        moved: moved(data, before[i], found[i])
      });
      parts.rankingBody.append(element("tr", found[i] === before[i] ? {} : { "class": "what-if-moved" },
        data.columns.map(function (column) {
          return element("td", column.align === "left" ? {} : { "class": "site-" + column.align }, element("p", {}, String(cells[column.key])));
        })));
    });
  }

  /* --- settings in links and files -------------------------------------------------------------- */

  function fromHash(data, hash, start) {
    var chosen = Object.assign({}, start), unknown = 0;
    hash.replace(/^#/, "").split("&").forEach(function (part) {
      var at = part.indexOf("=");
      if (at < 0) { return; }
      var key, value;
      try {
        key = decodeURIComponent(part.slice(0, at));
        value = decodeURIComponent(part.slice(at + 1));
      } catch (error) {
        if (!(error instanceof URIError)) { throw error; }
        unknown += 1;
        return;
      }
      var choice = data.choices.find(function (c) { return c.key === key; });
      var option = choice ? choice.options.indexOf(value) : -1;
      if (option < 0) { unknown += 1; } else { chosen[key] = option; }
    });
    return { chosen: chosen, unknown: unknown };
  }

  /* What must be said to get these choices, whether a book stands at its defaults or at this one's values. */
  function settings(data, chosen) {
    return data.choices.filter(function (c) { return chosen[c.key] !== 0 || chosen[c.key] !== c.start; })
      .map(function (c) { return { key: c.key, value: c.options[chosen[c.key]] }; });
  }

  function hashOf(set) {
    return set.map(function (s) { return s.key + "=" + encodeURIComponent(s.value); }).join("&");
  }

  function recipe(set) {
    if (!set.length) { return "ceg whatif   # nothing differs from the defaults\nmake book"; }
    return "# what moves, in the terminal\nceg whatif " + set.map(function (s) { return "--set " + s.key + "=" + s.value; }).join(" ") +
      "\n\n# the whole book, once\nCEG_SET=\"" + set.map(function (s) { return s.key + "=" + s.value; }).join(",") + "\" make book" +
      "\n\n# or for good: these lines of data/assumptions.yml, then make book\n" +
      set.map(function (s) { return s.key + ":\n  value: " + s.value; }).join("\n");
  }

  function copy(text, said) {
    function done() { said.textContent = "Copied."; }
    function byHand() {
      var box = element("textarea", { readonly: "", "aria-hidden": "true", "class": "what-if-copied" });
      box.value = text;
      document.body.append(box);
      box.select();
      var copied = document.execCommand("copy");
      box.remove();
      said.textContent = copied ? "Copied." : "This browser does not let a page copy: select the text and copy it.";
    }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(text).then(done, byHand);
    } else {
      byHand();
    }
  }

  /* --- the controls ------------------------------------------------------------------------------- */

  function control(data, choice, chosen, change, about) {
    var id = "what-if-" + choice.key;
    var select = element("select", { id: id, name: choice.key, "aria-describedby": id + "-means" }, choice.options.map(function (value) {
      return element("option", { value: value });
    }));
    select.addEventListener("change", function () {
      chosen()[choice.key] = select.selectedIndex;
      change();
    });
    var box = element("div", { "class": "what-if-control" }, [
      element("label", { "for": id }, choice.label), " ", element("span", { "class": "what-if-still" }), select
    ]);
    ["focusin", "mouseenter"].forEach(function (event) {
      box.addEventListener(event, function () { about(choice); });
    });
    return box;
  }

  function showControl(data, chosen, choice, box) {
    var isThreshold = data.thresholds.keys.indexOf(choice.key) >= 0;
    var select = box.querySelector("select");
    var still = !isThreshold;
    choice.options.forEach(function (_, i) {
      var option = select.options[i];
      var n = isThreshold || i === chosen[choice.key] ? 0 : moves(data, chosen, choice.key, i);
      var effect = isThreshold || i === chosen[choice.key] ? "" : n ? " · moves " + n : " · no change";
      option.textContent = choice.called[i] + (i || i === chosen[choice.key] ? "" : " (default)") + effect;
      option.className = effect === " · no change" ? "what-if-idle" : "";
      if (n) { still = false; }
    });
    select.selectedIndex = chosen[choice.key];
    box.classList.toggle("what-if-idle", still);
    box.classList.toggle("what-if-set", chosen[choice.key] !== 0);
    box.querySelector(".what-if-still").textContent = still ? "no effect now" : "";
  }

  function meaning(choice) {
    return choice.reason + " Unit: " + choice.unit + ". Source: " + choice.source + ". In data/assumptions.yml: " + choice.key + ".";
  }

  function start(place, data) {
    data.byKey = Object.fromEntries(data.choices.map(function (c) { return [c.key, c]; }));
    var initial = Object.fromEntries(data.choices.map(function (c) { return [c.key, c.start]; }));
    var defaults = Object.fromEntries(data.choices.map(function (c) { return [c.key, 0]; }));
    var before = outcomes(data, defaults);
    var chosen = initial;

    var figure = document.getElementById(data.figure);
    var tools = figure.closest(".site-figure").querySelector(".site-tools");
    var parts = {
      charts: [].slice.call(figure.querySelectorAll(".site-chart")),
      note: element("p", { "class": "what-if-note" }),
      tables: tools.querySelectorAll(".site-data table"),
      csv: tools.querySelector("a[download]"),
      rankingBody: document.getElementById(data.table).querySelector("tbody")
    };
    parts.csv.setAttribute("download", data.figure + ".csv");
    figure.querySelector("figcaption").append(parts.note);

    var text = place.querySelector("p");
    text.setAttribute("role", "status");
    text.setAttribute("aria-live", "polite");
    text.className = "what-if-sentence";

    var about = element("p", { "class": "what-if-about" }, "Choose another option: sentence, figure and ranking follow. Each choice is explained here when it is pointed at.");
    var form = element("form", { "class": "what-if-form", "aria-label": "Assumptions" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var boxes = {};
    data.choices.forEach(function (choice) {
      var group = [].find.call(form.children, function (f) { return f.firstChild.textContent === choice.group; });
      if (!group) {
        group = element("fieldset", {}, element("legend", {}, choice.group));
        form.append(group);
      }
      boxes[choice.key] = control(data, choice, function () { return chosen; }, function () { remember(); show(); }, function (c) {
        about.textContent = "";
        about.append(element("strong", {}, c.label + ". "), meaning(c));
      });
      group.append(boxes[choice.key]);
    });

    var differ = element("span", { "class": "what-if-differ" });
    var said = element("span", { role: "status", "class": "what-if-said" });
    var reset = element("button", { type: "button" }, "Reset");
    var link = element("button", { type: "button" }, "Copy a link to these choices");
    reset.addEventListener("click", function () {
      chosen = Object.assign({}, initial);
      said.textContent = "";
      remember();
      show();
    });
    link.addEventListener("click", function () { copy(location.href, said); });
    var controls = element("details", { "class": "what-if-controls" }, [
      element("summary", {}, ["Choices ", differ]), form, about
    ]);
    if (!matchMedia("(max-width: 48rem)").matches) { controls.open = true; }
    var bar = element("div", { "class": "what-if-bar" }, [text, element("p", { "class": "what-if-buttons" }, [reset, link, said]), controls]);

    var lines = element("pre", { tabindex: "0", "aria-label": "Commands and lines" });
    var copied = element("span", { role: "status", "class": "what-if-said" });
    var take = element("button", { type: "button" }, "Copy");
    take.addEventListener("click", function () { copy(lines.textContent, copied); });
    var more = element("div", { "class": "what-if-more" }, [
      element("details", {}, [element("summary", {}, "Rebuild the whole book with these choices"), lines, element("p", { "class": "what-if-buttons" }, [take, copied])]),
      element("details", {}, [element("summary", {}, "What each choice means"), element("dl", {}, data.choices.flatMap(function (c) {
        return [element("dt", {}, c.label), element("dd", { id: "what-if-" + c.key + "-means" }, meaning(c))];
      }))])
    ]);
    var stage = element("div", { "class": "what-if-stage" });
    wrap(place, document.getElementById(data.table), stage);
    stage.prepend(element("div", { "class": "what-if-top" }, [bar, figure.closest(".cell")]));
    stage.append(more);

    function remember() {
      var hash = hashOf(settings(data, chosen));
      history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    }

    function show() {
      var found = outcomes(data, chosen);
      var words = sentence(data, found, chosen);
      if (text.textContent !== words) { text.textContent = words; }
      data.choices.forEach(function (choice) { showControl(data, chosen, choice, boxes[choice.key]); });
      var set = settings(data, chosen), n = data.choices.filter(function (c) { return chosen[c.key] !== 0; }).length;
      differ.textContent = n ? "(" + n + (n > 1 ? " differ from the defaults)" : " differs from the default)") : "(all at their defaults)";
      lines.textContent = recipe(set);
      drawFigure(parts, data, found, before, chosen);
      drawRanking(parts, data, found, before);
      stage.setAttribute("data-shown", hashOf(set));
    }

    function follow() {
      if (location.hash.indexOf("=") < 0) { return; } /* a link to a heading */
      var read = fromHash(data, location.hash, initial);
      chosen = read.chosen;
      said.textContent = read.unknown ? "A setting in the link is not known here and was left out." : "";
      show();
    }

    figure.addEventListener("site:drawn", function () { show(); });
    window.addEventListener("hashchange", follow);
    chosen = Object.assign({}, initial);
    show();
    follow();
    window.addEventListener("load", function () { document.dispatchEvent(new Event("site:wanted")); });
  }

  /* Put everything from one element to another, as far as both lie in one section, into a box. */
  function wrap(first, last, box) {
    var section = first.closest("section");
    function child(node) {
      while (node.parentNode !== section) { node = node.parentNode; }
      return node;
    }
    var end = child(last), next = child(first);
    section.insertBefore(box, next);
    while (next) {
      var node = next;
      next = node === end ? null : node.nextSibling;
      box.append(node);
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.getElementById("what-if-controls");
    if (place) { start(place, window.siteData["what-if-controls"]); }
  });
})();
