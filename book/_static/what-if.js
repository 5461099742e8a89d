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

  /* Names as near to their points as they find room, those in the thickest crowd first; as `ceg.exhibits.label_placement` has it. */
  var TURNS = [0, 12, 6, 18, 2, 22, 10, 14, 4, 20, 8, 16, 1, 23, 11, 13, 3, 21, 9, 15, 5, 19, 7, 17];
  var LETTER = 6.7, LINE = 14, NEAR = 14;

  function turns(p, q, r) { return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0]); }

  function cross(a, b) {
    return turns(a[0], a[1], b[0]) !== turns(a[0], a[1], b[1]) && turns(b[0], b[1], a[0]) !== turns(b[0], b[1], a[1]);
  }

  function through(line, box) {
    var from = line[0], to = line[1];
    if (Math.max(from[0], to[0]) < box[0] || Math.min(from[0], to[0]) > box[2] || Math.max(from[1], to[1]) < box[1] || Math.min(from[1], to[1]) > box[3]) { return false; }
    var corners = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]];
    return box[0] <= to[0] && to[0] <= box[2] && box[1] <= to[1] && to[1] <= box[3] ||
      corners.slice(1).some(function (corner, i) { return cross(line, [corners[i], corner]); });
  }

  function isFree(box, line, points, boxes, lines) {
    return !points.some(function (p) { return box[0] - 7 < p[0] && p[0] < box[2] + 7 && box[1] - 5 < p[1] && p[1] < box[3] + 5; }) &&
      !boxes.some(function (b) { return box[0] < b[2] + 3 && b[0] < box[2] + 3 && box[1] < b[3] && b[1] < box[3]; }) &&
      !lines.some(function (other) { return through(other, box); }) &&
      (!line || !boxes.some(function (b) { return through(line, b); }) &&
        !points.some(function (p) { return through(line, [p[0] - 5, p[1] - 5, p[0] + 5, p[1] + 5]); }) &&
        !lines.some(function (other) { return cross(line, other); }));
  }

  function labels(rows, panel, plot, taken) {
    var perX = plot[0] / (panel.xs[1] - panel.xs[0]), perY = plot[1] / (panel.ys[1] - panel.ys[0]);
    var spots = rows.map(function (r) { return [(r.x - panel.xs[0]) * perX, (panel.ys[1] - r.y) * perY]; });
    var crowd = spots.map(function (a) { return spots.filter(function (b) { return Math.hypot(a[0] - b[0], a[1] - b[1]) < 60; }).length; });
    var order = rows.map(function (_, i) { return i; }).sort(function (i, j) { return crowd[j] - crowd[i] || i - j; });
    var best = Infinity, found = [];
    for (var n = 0; n < 8; n += 1) {
      var tried = placed(rows, spots, order, plot, taken), off = rows.map(function () { return 1000; });
      tried.forEach(function (spot) { off[spot.number] = spot.to ? Math.hypot(spot.to[0], spot.to[1]) : 0; });
      var far = off.reduce(function (sum, one) { return sum + one; }, 0);
      if (far < best) { best = far; found = tried; }
      order.sort(function (i, j) { return off[j] - off[i]; }); /* those without room, or far off, choose first */
    }
    return found;
  }

  function placed(rows, spots, order, plot, taken) {
    var boxes = taken.slice(), lines = [], found = [];
    order.forEach(function (i) {
      var x = spots[i][0], y = spots[i][1], width = LETTER * rows[i].name.length;
      var others = spots.filter(function (_, j) { return j !== i; });
      for (var n = 0; n < 18 * TURNS.length; n += 1) {
        var reach = 9 + 7 * Math.floor(n / TURNS.length), turn = TURNS[n % TURNS.length], angle = 2 * Math.PI * turn / 24;
        var dx = reach * Math.cos(angle), dy = (reach + 4) * Math.sin(angle);
        var align = turn === 6 || turn === 18 ? "center" : turn < 6 || turn > 18 ? "left" : "right";
        var left = x + dx - { left: 0, center: width / 2, right: width }[align];
        var box = [left, y + dy - LINE / 2, left + width, y + dy + LINE / 2];
        var end = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])];
        var line = Math.hypot(x - end[0], y - end[1]) > NEAR ? [[x, y], end] : null;
        if (box[0] < 2 || box[1] < 0 || box[2] > plot[0] || box[3] > plot[1] || !isFree(box, line, others, boxes, lines)) { continue; }
        boxes.push(box);
        if (line) { lines.push(line); }
        found.push({ number: i, row: rows[i], dx: dx, dy: dy, align: align, to: line && [end[0] - x, end[1] - y] });
        return;
      }
    });
    return found;
  }

  /* The same for a wide plot and for a phone's, into the layers. */
  function name(layers, rows, panel, plots) {
    plots.forEach(function (plot, i) {
      var taken = layers.line.slice(1).map(function (line) {
        var at = (panel.ys[1] - line.y) * plot[1] / (panel.ys[1] - panel.ys[0]);
        return [plot[0] - 30, at - 15, plot[0], at];
      });
      labels(rows, panel, plot, taken).forEach(function (spot) {
        var at = { name: spot.row.name, category: spot.row.category, x: spot.row.x, y: spot.row.y, wide: !i };
        layers.label.push(Object.assign({}, at, { dx: spot.dx, dy: spot.dy, align: spot.align }));
        if (spot.to) { layers.leader.push(Object.assign({}, at, { tx: spot.to[0], ty: spot.to[1] })); }
      });
    });
  }

  function panelData(data, found, before, chosen, index) {
    var panel = data.panels[index];
    var layers = {}, rows = [], absent = [], said = [];
    data.layers.forEach(function (name) { layers[name] = []; });
    layers.line = [[0, ""]].concat(thresholds(data, chosen).map(function (t) { return data.thresholds.lines[t]; }))
      .map(function (line) { return { x: panel.xs[1], y: line[0], says: line[1] }; });

    function record(e, outcome, status) {
      return {
        name: e.name, category: e.category, says: outcome.says, status: status, comparison: e.comparison, source: e.source, provenance: e.provenance,
        cost: outcome.places[index].cost, x: outcome.places[index].x, y: outcome.y
      };
    }

    data.enhancements.forEach(function (e, i) {
      var now = found[i], was = before[i];
      if (was !== now && was.row && was.places[index]) { layers.before.push(record(e, was, "at the defaults")); }
      if (!now.row) { return; }
      if (!now.places[index]) { absent.push(e.name); return; }
      var drawn = record(e, now, now.row[data.data.indexOf("status")]);
      layers[now.mark].push(drawn);
      rows.push(drawn);
      said.push(e.name + " (" + e.category + "): CEG " + now.says + ", " + (now.row[data.data.indexOf(panel.key)] ? drawn.cost : "none"));
    });
    name(layers, rows, panel, data.plots);
    return {
      layers: layers, absent: absent,
      description: "Compute-equivalent gain against " + panel.title + ". " + said.join("; ") + "."
    };
  }

  function drawFigure(parts, data, found, before, chosen) {
    var notes = [];
    parts.charts.forEach(function (chart, index) {
      var made = panelData(data, found, before, chosen, index);
      fill(parts.tables[index].querySelector("tbody"), pointed(data, made.layers));
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
  function pointed(data, layers) {
    var rows = {};
    data.pointed.forEach(function (name) {
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
    return column ? column.label + ": " + (before[column.key] || "none") + " → " + (now[column.key] || "none") : "";
  }

  function drawRanking(body, data, found, before) {
    var order = data.enhancements.map(function (_, i) { return i; }).filter(function (i) { return found[i] !== HIDDEN; });
    order.sort(function (a, b) {
      return !data.enhancements[a].comparison - !data.enhancements[b].comparison || (found[b].rank || 0) - (found[a].rank || 0);
    });
    body.textContent = "";
    order.forEach(function (i) {
      var cells = Object.assign({}, found[i], { name: data.enhancements[i].name, moved: moved(data, before[i], found[i]) });
      body.append(element("tr", Object.assign({ role: "row" }, found[i] === before[i] ? {} : { "class": "choices-moved" }),
        data.columns.map(function (column, at) {
          var text = cells[column.key] || [];
          if (at === 0) { return element("th", { scope: "row", role: "rowheader" }, text); }
          var about = { role: "cell", "data-label": column.label };
          return element("td", column.align === "left" ? about : Object.assign(about, { "class": "site-" + column.align }), text);
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
