/* Pages with controls whose every combination `ceg` has worked out: the sentence, the figures and the table of the one that is chosen
   are looked up (`ceg.exhibits.controls` says how they are kept). */
(function () {
  "use strict";

  var fill = window.siteChoices.fill, draw = window.siteChoices.draw;

  function at(data, chosen) {
    return data.at[data.choices.reduce(function (sum, choice) { return sum * choice.options.length + chosen[choice.key]; }, 0)];
  }

  /* What the tooltips of a panel say, each once, under the headings of its table. */
  function pointed(table, tips, sets) {
    var heads = [].map.call(table.querySelectorAll("thead th"), function (th) { return th.textContent; });
    var rows = {};
    tips.forEach(function (tip) {
      sets[tip.set].forEach(function (record) {
        var row = heads.map(function (head) { return head in tip.fields ? record[tip.fields[head]] : null; });
        rows[JSON.stringify(row)] = row;
      });
    });
    return Object.values(rows);
  }

  function drawFigure(parts, data, drawing, tips, first) {
    drawing.panels.forEach(function (panel, i) {
      var sets = Object.fromEntries(Object.keys(panel.sets).map(function (name) { return [name, data.sets[panel.sets[name]]]; }));
      if (tips[i].length) { fill(parts.tables[i].querySelector("tbody"), pointed(parts.tables[i], tips[i], sets)); }
      draw(parts.charts[i], sets, panel.description);
    });
    parts.noted(drawing.note, drawing.note === first.note);
    parts.write([drawing.columns].concat(drawing.rows));
  }

  /* Only columns that can differ between choices are kept, each by its number; the others, and the rows' order, stay. */
  function drawTable(body, data, columns) {
    columns.forEach(function (number, j) {
      data.cells[number].forEach(function (text, i) {
        var cell = body.rows[i].cells[data.moving[j]];
        (cell.querySelector("p") || cell).textContent = text;
      });
    });
  }

  window.siteChoices.start(function (data) { return "outcomes" in data; }, function (data, parts) {
    var first = data.outcomes[at(data, Object.fromEntries(data.choices.map(function (c) { return [c.key, c.start]; })))];
    return {
      effect: function (chosen, choice, option) {
        var other = Object.assign({}, chosen);
        other[choice.key] = option;
        return choice.view ? null : at(data, other) === at(data, chosen) ? 0 : true;
      },
      show: function (chosen) {
        var outcome = data.outcomes[at(data, chosen)];
        parts.figures.forEach(function (figure, i) {
          drawFigure(figure, data, data.drawings[outcome.drawings[i]], data.tips[i], data.drawings[first.drawings[i]]);
        });
        if (parts.table) { drawTable(parts.table, data, outcome.table); }
        return data.texts[outcome.text];
      }
    };
  });
})();
