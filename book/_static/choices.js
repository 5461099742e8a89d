/* Controls for the assumptions, on every page that has some: a select for each, a link that keeps what is chosen, what to type
   for the same in the terminal. What a choice does is the page's own script's: it looks up what `ceg` found. */
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

  function fill(body, rows) {
    body.textContent = "";
    rows.forEach(function (row) {
      body.append(element("tr", {}, row.map(function (value, i) {
        return element(i ? "td" : "th", i ? {} : { scope: "row" }, value === null ? "" : String(value));
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
  function settings(data, chosen, withViews) {
    return data.choices.filter(function (c) { return withViews || !c.view; }).filter(function (c) { return chosen[c.key] !== 0 || chosen[c.key] !== c.start; })
      .map(function (c) { return { key: c.key, value: c.options[chosen[c.key]] }; });
  }

  function hashOf(set) {
    return set.map(function (s) { return s.key + "=" + encodeURIComponent(s.value); }).join("&");
  }

  function recipe(data, set) {
    if (!set.length) { return data.command + "   # nothing differs from the defaults\nmake book"; }
    return "# the same in the terminal\n" + data.command + " " + set.map(function (s) { return "--set " + s.key + "=" + s.value; }).join(" ") +
      "\n\n# the whole book, once\nCEG_SET=\"" + set.map(function (s) { return s.key + "=" + s.value; }).join(",") + "\" make book" +
      "\n\n# or for good: these lines of data/assumptions.yml, then make book\n" +
      set.map(function (s) { return s.key + ":\n  value: " + s.value; }).join("\n");
  }

  function copy(text, said) {
    function done() { said.textContent = "Copied."; }
    function byHand() {
      var box = element("textarea", { readonly: "", "aria-hidden": "true", "class": "choices-copied" });
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

  function control(prefix, choice, chosen, change, about) {
    var id = prefix + choice.key;
    var select = element("select", { id: id, name: choice.key, "aria-describedby": id + "-means" }, choice.options.map(function (value) {
      return element("option", { value: value });
    }));
    select.addEventListener("change", function () {
      chosen()[choice.key] = select.selectedIndex;
      change();
    });
    var box = element("div", { "class": "choices-control" }, [
      element("label", { "for": id }, choice.label), " ", element("span", { "class": "choices-still" }), select
    ]);
    ["focusin", "mouseenter"].forEach(function (event) {
      box.addEventListener(event, function () { about(choice); });
    });
    return box;
  }

  /* effect: option -> how many things it moves, true if some, 0 if none, null if that is not said */
  function showControl(effect, chosen, choice, box) {
    var select = box.querySelector("select");
    var effects = choice.options.map(function (_, i) { return i === chosen[choice.key] ? null : effect(chosen, choice, i); });
    var still = effects.every(function (n, i) { return n === 0 || i === chosen[choice.key]; });
    effects.forEach(function (n, i) {
      var option = select.options[i];
      var said = n === 0 ? " · no change" : typeof n === "number" ? " · moves " + n : "";
      option.textContent = choice.called[i] + (i || i === chosen[choice.key] ? "" : " (default)") + said;
      option.className = n === 0 ? "choices-idle" : "";
    });
    select.selectedIndex = chosen[choice.key];
    box.classList.toggle("choices-idle", still);
    box.classList.toggle("choices-set", chosen[choice.key] !== 0);
    box.querySelector(".choices-still").textContent = still ? "no effect now" : "";
  }

  function meaning(choice) {
    if (choice.view) { return choice.reason; }
    return choice.reason + " Unit: " + choice.unit + ". Source: " + choice.source + ". In data/assumptions.yml: " + choice.key + ".";
  }

  /* Text that begins like a formula is behind an apostrophe, as in the files that come with the site. */
  function inert(value) {
    if (typeof value !== "string") { return value; }
    var text = value.replace(/\r\n?/g, "\n");
    return /^[=+\-@\t]/.test(text) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? "'" + text : text;
  }

  function quoted(value) {
    var text = value === null ? "" : String(inert(value));
    return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  /* A figure's parts that follow: its charts, a note under the caption, the toolbar's tables and CSV. */
  function figureParts(name) {
    var figure = document.getElementById(name);
    var tools = figure.closest(".site-figure").querySelector(".site-tools");
    var note = element("p", { "class": "choices-note" });
    figure.querySelector("figcaption").append(note);
    var legend = figure.querySelector(".legend");
    var csv = tools.querySelector("a[download]");
    csv.setAttribute("download", name + ".csv");
    return {
      figure: figure, charts: [].slice.call(figure.querySelectorAll(".site-chart")), note: note,
      /* What stands under the figure, where it is not the note that the page came with. */
      noted: function (text, isFirst) {
        if (legend) { legend.hidden = !isFirst; }
        note.textContent = isFirst ? "" : text;
      },
      tables: tools.querySelectorAll(".site-data table"),
      write: function (rows) {
        csv.href = "data:text/csv;charset=utf-8," + encodeURIComponent(rows.map(function (row) {
          return row.map(quoted).join(",") + "\n";
        }).join(""));
      }
    };
  }

  /* Data sets of a drawn chart, and what it says to who cannot see it. */
  function draw(chart, sets, description) {
    if (!chart.siteView) { return; } /* not drawn yet; comes back when it is */
    Object.keys(sets).forEach(function (name) { chart.siteView.data(name, sets[name]); });
    chart.siteView.description(description);
    chart.siteView.runAsync();
  }

  /* Fill the places whose data are a page's own. make: (data, the parts that follow) -> effect, as of showControl, and show: choices -> the sentence. */
  function start(isOwn, make) {
    document.addEventListener("DOMContentLoaded", function () {
      Object.keys(window.siteData).forEach(function (name) {
        if (isOwn(window.siteData[name])) { begin(document.getElementById(name), window.siteData[name], make); }
      });
    });
  }

  function begin(place, data, make) {
    var initial = Object.fromEntries(data.choices.map(function (c) { return [c.key, c.start]; }));
    var chosen = initial;
    var prefix = place.id.replace(/controls$/, "");
    var table = document.getElementById(data.table);
    var parts = { figures: data.figures.map(figureParts), table: table && table.querySelector("tbody") };
    var page = make(data, parts);

    var text = place.querySelector("p");
    text.setAttribute("role", "status");
    text.setAttribute("aria-live", "polite");
    text.className = "choices-sentence";

    var about = element("p", { "class": "choices-about" }, "Choose another option: " + data.follows + " follow. Each choice is explained here when it is pointed at.");
    var form = element("form", { "class": "choices-form", "aria-label": "Assumptions" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var boxes = {};
    data.choices.forEach(function (choice) {
      var group = [].find.call(form.children, function (f) { return f.firstChild.textContent === choice.group; });
      if (!group) {
        group = element("fieldset", {}, element("legend", {}, choice.group));
        form.append(group);
      }
      boxes[choice.key] = control(prefix, choice, function () { return chosen; }, function () { remember(); show(); }, function (c) {
        about.textContent = "";
        about.append(element("strong", {}, c.label + ". "), meaning(c));
      });
      group.append(boxes[choice.key]);
    });

    var differ = element("span", { "class": "choices-differ" });
    var said = element("span", { role: "status", "class": "choices-said" });
    var reset = element("button", { type: "button" }, "Reset");
    var link = element("button", { type: "button" }, "Copy a link to these choices");
    reset.addEventListener("click", function () {
      chosen = Object.assign({}, initial);
      said.textContent = "";
      remember();
      show();
    });
    link.addEventListener("click", function () { copy(location.href, said); });
    var controls = element("details", { "class": "choices-controls" }, [
      element("summary", {}, ["Choices ", differ]), form, about
    ]);
    if (!matchMedia("(max-width: 48rem)").matches) { controls.open = true; }
    var bar = element("div", { "class": "choices-bar" }, [text, element("p", { "class": "choices-buttons" }, [reset, link, said]), controls]);

    var lines = element("pre", { tabindex: "0", "aria-label": "Commands and lines" });
    var copied = element("span", { role: "status", "class": "choices-said" });
    var take = element("button", { type: "button" }, "Copy");
    take.addEventListener("click", function () { copy(lines.textContent, copied); });
    var more = element("div", { "class": "choices-more" }, [
      element("details", {}, [element("summary", {}, "Rebuild the whole book with these choices"), lines, element("p", { "class": "choices-buttons" }, [take, copied])]),
      element("details", {}, [element("summary", {}, "What each choice means"), element("dl", {}, data.choices.flatMap(function (c) {
        return [element("dt", {}, c.label), element("dd", { id: prefix + c.key + "-means" }, meaning(c))];
      }))])
    ]);
    var stage = element("div", { "class": "choices-stage" });
    if (data.command) {
      wrap(place, table, stage);
      stage.prepend(element("div", { "class": "choices-top" }, [bar, parts.figures[0].figure.closest(".cell")]));
      stage.append(more);
    } else { /* what is shown, and no assumption: nothing to rebuild */
      about.id = prefix + data.choices[0].key + "-means";
      about.textContent = meaning(data.choices[0]);
      stage = element("div", { "class": "choices-bar" }, [text, form, about]);
      place.append(stage);
    }

    function remember() {
      var hash = hashOf(settings(data, chosen, true));
      history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    }

    function show() {
      var words = page.show(chosen);
      if (text.textContent !== words) { text.textContent = words; }
      data.choices.forEach(function (choice) { showControl(page.effect, chosen, choice, boxes[choice.key]); });
      var set = settings(data, chosen), n = data.choices.filter(function (c) { return !c.view && chosen[c.key] !== 0; }).length;
      differ.textContent = n ? "(" + n + (n > 1 ? " differ from the defaults)" : " differs from the default)") : "(all at their defaults)";
      lines.textContent = recipe(data, set);
      stage.setAttribute("data-shown", hashOf(settings(data, chosen, true)));
    }

    function follow() {
      if (location.hash.indexOf("=") < 0) { return; } /* a link to a heading */
      var read = fromHash(data, location.hash, initial);
      chosen = read.chosen;
      said.textContent = read.unknown ? "A setting in the link is not known here and was left out." : "";
      show();
    }

    parts.figures.forEach(function (f) { f.figure.addEventListener("site:drawn", function () { show(); }); });
    window.addEventListener("hashchange", follow);
    chosen = Object.assign({}, initial);
    show();
    follow();
    if (data.command) { /* the page is about its figure; elsewhere it is drawn when a reader comes to it */
      window.addEventListener("load", function () { document.dispatchEvent(new Event("site:wanted")); });
    }
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
  window.siteChoices = { element: element, listed: listed, fill: fill, copy: copy, draw: draw, start: start };
})();
