/* The page "What if": what `ceg` found under each combination of the assumptions, looked up. Nothing is
   estimated here: an outcome brings its texts, verdicts and places; this script counts verdicts and keeps names apart. */
(function () {
  "use strict";

  var element = window.siteChoices.element, listed = window.siteChoices.listed, fill = window.siteChoices.fill;

  /* --- what the choices give ---------------------------------------------------------------- */

  /* chosen: key of an assumption -> number of its option */
  function outcome(data, enhancement, chosen) {
    var at = enhancement.keys.reduce(function (sum, key) {
      return sum * data.byKey[key].options.length + chosen[key];
    }, 0);
    return enhancement.outcomes[enhancement.at[at]];
  }

  var HIDDEN = { verdicts: "", rank: null };

  function outcomes(data, chosen) {
    return data.enhancements.map(function (e) { return e.later && !chosen.enhancements ? HIDDEN : outcome(data, e, chosen); });
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
      return (chosen.enhancements || !e.later) && e.keys.indexOf(key) >= 0 && outcome(data, e, other) !== outcome(data, e, chosen);
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
      var width = 6.7 * s.row.name.length;
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
      window.siteChoices.draw(chart, Object.fromEntries(Object.keys(made.layers).map(function (name) {
        return [data.panels[index].key + "_" + name, made.layers[name]];
      })), made.description);
    });
    parts.note.textContent = notes.join(" ");
    var rows = found.filter(function (now) { return now.row; }).map(function (now) { return now.row; });
    parts.write([data.data].concat(rows));
  }

  /* What the tooltips of a panel say, each once: the rows of its table. */
  function pointed(layers) {
    var rows = {};
    ["before", "beyond", "interpolated", "extrapolated", "arrow", "bar", "free"].forEach(function (name) {
      layers[name].forEach(function (r) {
        var row = [r.name, r.says, r.status, r.cost, r.comparison, r.source, r.provenance];
        rows[JSON.stringify(row)] = row;
      });
    });
    return Object.values(rows);
  }

  /* --- the ranking ------------------------------------------------------------------------------ */

  function moved(data, before, now) {
    var column = data.columns.find(function (c) {
      return c.key in before && before[c.key] !== now[c.key];
    });
    if (!column) { return ""; }
    return (column.key === "says" ? "" : column.label + ": ") + (before[column.key] || "none") + " → " + (now[column.key] || "none");
  }

  function drawRanking(body, data, found, before) {
    var order = data.enhancements.map(function (_, i) { return i; }).filter(function (i) { return found[i] !== HIDDEN; });
    order.sort(function (a, b) {
      return (data.enhancements[a].outcomes.length < 1) - (data.enhancements[b].outcomes.length < 1) ||
        !data.enhancements[a].comparison - !data.enhancements[b].comparison ||
        (found[b].rank || 0) - (found[a].rank || 0);
    });
    body.textContent = "";
    order.forEach(function (i, place) {
      var cells = Object.assign({}, found[i], {
        place: found[i].rank === null ? "" : place + 1, name: data.enhancements[i].name,
        moved: moved(data, before[i], found[i])
      });
      body.append(element("tr", found[i] === before[i] ? {} : { "class": "choices-moved" },
        data.columns.map(function (column) {
          return element("td", column.align === "left" ? {} : { "class": "site-" + column.align }, element("p", {}, String(cells[column.key])));
        })));
    });
  }

  window.siteChoices.start(function (data) { return "enhancements" in data; }, function (data, parts) {
    data.byKey = Object.fromEntries(data.choices.map(function (c) { return [c.key, c]; }));
    var defaults = Object.fromEntries(data.choices.map(function (c) { return [c.key, 0]; }));
    return {
      effect: function (chosen, choice, option) {
        return choice.view || data.thresholds.keys.indexOf(choice.key) >= 0 ? null : moves(data, chosen, choice.key, option);
      },
      show: function (chosen) {
        var found = outcomes(data, chosen), before = outcomes(data, Object.assign({}, defaults, { enhancements: chosen.enhancements }));
        drawFigure(parts.figures[0], data, found, before, chosen);
        drawRanking(parts.table, data, found, before);
        return sentence(data, found, chosen);
      }
    };
  });
})();
