/* The page "Your own numbers": a form whose numbers are worked out as they are typed, and what gives the same elsewhere. Nothing is sent. */
(function () {
  "use strict";

  const { element, copy } = window.siteChoices, input = window.calculatorInput, words = window.calculatorWords, chart = window.calculatorChart;
  const WAIT = 250, FIELDS = { name: "Model", compute: "Training compute", score: "Score" }, EMPTY = { name: "", compute: "", score: "" };
  const OUTPUTS = { "A link to these numbers": "Copy the link", "The command": "Copy the command", Python: "Copy the Python", "YAML for ceg add": "Copy the YAML" };

  const button = (text, act) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", act);
    return made;
  };
  const status = () => element("span", { role: "status", class: "calculator-said" });
  const folded = (summary, children, isOpen) => element("details", isOpen ? { open: "" } : {}, [element("summary", {}, summary), ...children]);

  function emptyState(data) {
    const chosen = Object.fromEntries(data.choices.map(c => [c.key, c.start]));
    return Object.assign(chosen, { kind: data.kinds[0].key, chance: "", maximum: "", items: "", se: "", bounds_only: false, enhanced: { ...EMPTY },
      baselines: [{ ...EMPTY }, { ...EMPTY }, { ...EMPTY }] });
  }

  function begin(place, data) {
    let state = emptyState(data), waiting = null, drawn = null, isOwn = false;
    let begun = null; /* the example that the form was filled with, as long as it may still stand in it */
    place.querySelector("p").remove();

    /* --- the form ------------------------------------------------------------------------------------------------------ */

    const form = element("form", { class: "calculator-form", "aria-label": "Your numbers", autocomplete: "off" });
    form.addEventListener("submit", event => event.preventDefault());
    const settings = {};

    function setting(key, label, control) {
      const id = `calculator-${key}`, box = element("div", { class: "calculator-setting" }, [element("label", { for: id }, label), control]);
      control.id = id;
      control.addEventListener("input", () => {
        state[key] = control.type === "checkbox" ? control.checked : control.tagName === "SELECT" && key !== "kind" ? control.selectedIndex : control.value;
        if (key === "kind") { fit(); }
        later();
      });
      settings[key] = { box, control };
      return box;
    }
    const typed = about => element("input", Object.assign({ type: "text", inputmode: "decimal" }, about));
    const kinds = element("select", {}, data.kinds.map(k => element("option", { value: k.key }, k.label)));

    const examples = element("p", { class: "calculator-buttons", role: "group", "aria-label": "Numbers to start from" }, [
      "Start from ",
      ...data.examples.map(example => button(example.label, () => start(example.state))),
      button("an empty table", () => start({}))
    ]);
    const scores = element("fieldset", {}, [element("legend", {}, "The scores"), element("div", { class: "calculator-settings" }, [
      setting("kind", "Kind of score", kinds), setting("items", "Test items", typed({ placeholder: "not known", inputmode: "numeric" })),
      setting("chance", "Score of a guess", typed({ placeholder: "0" })), setting("maximum", "Greatest score", typed()),
      setting("se", "Standard error of a score", typed({ placeholder: "not known" }))
    ])]);

    const rows = element("tbody"), own = element("tbody");
    const heading = text => element("tr", {}, element("th", { colspan: "4", scope: "colgroup", class: "calculator-arm" }, text));
    const table = element("table", { class: "calculator-table" }, [
      element("caption", { class: "calculator-hidden" }, "The models with their training compute and scores"),
      element("thead", {}, element("tr", {}, [...Object.values(FIELDS).map(text => element("th", { scope: "col" }, text)), element("td")])), own, rows
    ]);

    function line(row, i) {
      const who = i < 0 ? "the enhanced model" : `row ${i + 1}`;
      const cells = Object.keys(FIELDS).map(field => {
        const box = element("input", { type: "text", "aria-label": `${FIELDS[field]} of ${who}`, "data-row": i, "data-field": field,
          placeholder: { name: "name", compute: i < 0 ? "6.7B × 300B" : "", score: "" }[field] });
        box.value = row[field];
        const reading = element("small", { class: "calculator-reading" });
        const read = () => {
          const found = field === "compute" && box.value.trim() ? input.compute(box.value) : null;
          reading.textContent = found && found.parameters ? `${words.fiveDigits(found.flop, 3)} FLOP` : "";
        };
        box.addEventListener("input", () => { row[field] = box.value; read(); later(); });
        box.addEventListener("paste", event => pasted(event, i));
        read();
        return element("td", {}, [box, reading]);
      });
      const gone = i < 0 ? [] : button("×", () => {
        state.baselines.splice(i, 1);
        fill();
        (rows.querySelector(`[data-row="${Math.min(i, state.baselines.length - 1)}"]`) || add).focus();
        later();
      });
      if (i >= 0) { gone.setAttribute("aria-label", `Remove row ${i + 1}`); }
      return element("tr", {}, [...cells, element("td", {}, gone)]);
    }

    const add = button("Add a model", () => {
      state.baselines.push({ ...EMPTY });
      fill();
      rows.querySelector(`[data-row="${state.baselines.length - 1}"]`).focus();
    });
    const area = element("textarea", { rows: "5", "aria-label": "Rows to paste", spellcheck: "false",
      placeholder: "name, training compute, score\nGPT-3 6.7B, 6.7B × 300B, 4.9" });
    const read = status();
    const paste = folded("Paste a table", [
      element("p", {}, "One model a line: name, training compute (or parameters and tokens) and score, from a spreadsheet, CSV or Markdown. A column arm that says enhanced or baseline tells which is which."),
      area, element("p", { class: "calculator-buttons" }, [button("Use these rows", () => { if (take(area.value, 0, true)) { area.value = ""; } }), read])
    ]);
    const assumptions = folded("How the curve is read", [element("div", { class: "calculator-settings" }, [
      ...data.choices.map(c => {
        const box = setting(c.key, c.label, element("select", {}, c.called.map(text => element("option", {}, text))));
        box.append(element("small", {}, c.reason));
        return box;
      }),
      setting("bounds_only", "The models without it are of another family: bounds alone", element("input", { type: "checkbox" }))
    ])]);
    const problems = element("ul", { class: "calculator-problems" });
    form.append(examples, scores, table, element("div", { role: "alert" }, problems), element("p", { class: "calculator-buttons" }, [add]), paste, assumptions);

    /* What an example brought and nobody has changed says nothing of a table that is pasted. */
    function forget() {
      const same = (a, b) => JSON.stringify(a) === JSON.stringify(b), empty = emptyState(data);
      Object.keys(empty).filter(key => begun && key !== "kind" && same(state[key], begun[key])).forEach(key => { state[key] = empty[key]; });
      begun = null;
    }

    /* Rows of a table in place of those from one on; all of them where the table is whole. */
    function take(text, from, isWhole) {
      const found = input.table(text);
      read.textContent = found.problem || "";
      if (found.problem) { return false; }
      const plain = ({ name, compute, score }) => ({ name, compute, score }), enhanced = found.rows.filter(row => row.isEnhanced);
      const others = found.rows.filter(row => !row.isEnhanced).map(plain);
      if (isWhole) { forget(); }
      if (enhanced.length) { state.enhanced = plain(enhanced[0]); }
      state.baselines.splice(from, isWhole ? Infinity : others.length, ...others);
      const more = enhanced.length - 1;
      read.textContent = `${others.length} row${others.length === 1 ? "" : "s"} without the enhancement` + (enhanced.length ? ", one with it" : "") +
        (more > 0 ? `; ${more} more with it left out: one at a time` : "") + ".";
      isOwn = true;
      use(state);
      return true;
    }

    function pasted(event, i) {
      const text = event.clipboardData ? event.clipboardData.getData("text") : "";
      if (!/[\t\n]/.test(text.trim())) { return; }
      event.preventDefault();
      const alone = i < 0 ? input.table(text).rows : [];
      if (alone.length === 1) {
        const { name, compute, score } = alone[0];
        state.enhanced = { name, compute, score };
        fill();
        later();
        return;
      }
      const rest = state.baselines.slice(Math.max(i, 0)).every(input.isEmpty);
      if (!take(text, Math.max(i, 0), rest || /\n/.test(text.trim()) && i <= 0)) {
        paste.open = true;
        area.value = text;
      }
    }

    /* --- what is found --------------------------------------------------------------------------------------------------- */

    const said = element("p", { class: "calculator-sentence", role: "status", "aria-live": "polite" });
    const drawing = element("div", { class: "calculator-chart" }), key = element("p", { class: "calculator-key" });
    const numbers = element("dl", { class: "calculator-numbers" }), flags = element("ul"), steps = element("ol"), flagged = element("div", {}, [element("p", {}, "What limits it:"), flags]);
    const result = element("section", { class: "calculator-result", "aria-label": "The gain" }, [said, drawing, key, numbers, flagged, folded("Workings", [steps], true)]);

    const copied = status(), outputs = Object.entries(OUTPUTS).map(([label, act]) => {
      const text = element("pre", { tabindex: "0", "aria-label": label });
      return { text, box: folded(label, [text]), copy: button(act, () => copy(text.textContent, copied)) };
    });
    const elsewhere = element("section", { class: "calculator-elsewhere", "aria-label": "The same elsewhere" }, [
      element("p", { class: "calculator-buttons" }, ["Take it along: ", ...outputs.map(o => o.copy), copied]), ...outputs.map(o => o.box)
    ]);
    place.append(element("div", { class: "calculator" }, [form, result]), elsewhere);

    function later() {
      isOwn = true;
      clearTimeout(waiting);
      waiting = setTimeout(show, WAIT);
    }

    /* Write the state into the form. */
    function fill() {
      own.replaceChildren(heading("With the enhancement"), line(state.enhanced, -1));
      rows.replaceChildren(heading("Without it, the same family in several sizes"), ...state.baselines.map(line));
    }

    /* From an example's numbers, which stay as they are. */
    function start(numbers) {
      isOwn = true;
      begun = structuredClone(numbers);
      use(Object.assign(emptyState(data), structuredClone(numbers)));
    }

    function use(other) {
      state = other;
      Object.entries(settings).forEach(([key, { control }]) => {
        if (control.type === "checkbox") { control.checked = state[key]; }
        else if (control.tagName === "SELECT" && key !== "kind") { control.selectedIndex = state[key]; }
        else { control.value = state[key]; }
      });
      fit();
      fill();
      show();
    }

    /* The settings that this kind of score has. */
    function fit() {
      const kind = data.kinds.find(k => k.key === state.kind), isShare = kind.kind === "proportion";
      ["chance", "maximum", "items"].forEach(key => { settings[key].box.hidden = !isShare; });
      settings.se.box.hidden = isShare;
      settings.maximum.control.placeholder = kind.maximum;
      settings.chance.box.firstChild.textContent = isShare && kind.higher_is_better ? `Score of a guess (of four options: ${kind.maximum / 4})` : "Score of a guess";
    }

    const isBlank = () => [state.enhanced, ...state.baselines].every(input.isEmpty);

    function mark(found) {
      form.querySelectorAll("[aria-invalid]").forEach(box => box.removeAttribute("aria-invalid"));
      problems.replaceChildren(...found.map(p => element("li", {}, `${p.where}: found ${p.found}; allowed: ${p.allowed}.`)));
      found.forEach(p => {
        const box = p.row === null ? settings[p.field].control : table.querySelector(`[data-row="${p.row}"][data-field="${p.field}"]`);
        if (box) { box.setAttribute("aria-invalid", "true"); }
      });
    }

    function show() {
      clearTimeout(waiting);
      const { family, problems: found } = isBlank() ? { family: null, problems: [] } : input.read(state, data);
      mark(found);
      result.classList.toggle("calculator-none", !family);
      elsewhere.hidden = !family;
      const hash = isBlank() ? "" : "#" + input.toHash(state, data), address = location.href.split("#")[0];
      if (isOwn) { history.replaceState(null, "", address + hash); } /* an example that the page begins with leaves the address */
      if (!family) {
        drawn = null;
        said.textContent = isBlank() ? "Type or paste your numbers: the gain appears here." : "Nothing is worked out yet. Under the table stands what is missing or wrong.";
        place.setAttribute("data-shown", "");
        return;
      }
      const { enhanced, baselines, scale, options } = family, estimate = window.cegEstimator.gain(enhanced, baselines, scale, options);
      const hasErrors = scale.items || family.se !== null, interval = hasErrors ? window.cegEstimator.interval(estimate, enhanced, baselines, scale, options) : null;
      said.textContent = words.sentence(family, estimate, interval);
      const none = hasErrors ? "none" : `none; ${words.whyNoInterval(family)}`, threshold = data.threshold;
      const shown = [
        ["Observed bound", words.observed(estimate)],
        ["Best estimate", estimate.ceg === null ? `none: ${words.reason(family, estimate).replace(/^No (point|value): /, "")}` : `${words.times(estimate.ceg, 3)}, ${estimate.status}`],
        ["Interval", interval ? words.within(interval) : none],
        [`Probability of more than ${threshold}x`, interval ? `${words.probability(interval, threshold)}; ${words.verdict(estimate, interval, threshold, data.count_probability)}` : none]
      ];
      numbers.replaceChildren(...shown.map(([term, text]) => element("div", {}, [element("dt", {}, term), element("dd", {}, text)])));
      const fractions = words.likelyFractions(family);
      flags.replaceChildren(...estimate.flags.map(flag => element("li", {}, [element("strong", {}, flag.replace(/_/g, " ")), `: ${data.flags[flag]}.`])),
        ...fractions.map(text => element("li", {}, text)));
      flagged.hidden = !estimate.flags.length && !fractions.length;
      steps.replaceChildren(...words.workings(family, estimate).map(text => element("li", {}, text)));
      [address + hash, words.command(family, data.defaults), words.python(family, data.defaults), words.yaml(family)]
        .forEach((text, i) => { outputs[i].text.textContent = text; });
      const label = `Score against training compute. With the enhancement: ${enhanced.name}, ${enhanced.printed} at ${words.fiveDigits(enhanced.flop, 3)} FLOP. ` +
        `Without: ${baselines.map(p => `${p.name}, ${p.printed} at ${words.fiveDigits(p.flop, 3)} FLOP`).join("; ")}.`;
      key.textContent = [
        "Circles: without the enhancement. Diamond: with it. Arrow: the gain" + (estimate.ceg === null ? ", as observed." : "."),
        estimate.steps.way === "from edge" || estimate.steps.way === "on line" ? "Dashed: the fitted line." : "",
        interval && (interval.low || interval.high) ? "Pale: the interval." : ""
      ].filter(Boolean).join(" ");
      drawn = () => chart.draw(drawing, family, estimate, interval, label);
      drawn();
      place.setAttribute("data-shown", hash);
    }

    function follow() {
      const linked = input.fromHash(location.hash, emptyState(data), data);
      if (!linked) { return false; }
      isOwn = true;
      use(linked.state);
      read.textContent = "";
      if (linked.unknown) { problems.append(element("li", {}, "A part of the link is not known here and was left out.")); }
      return true;
    }

    new ResizeObserver(() => { if (drawn) { drawn(); } }).observe(drawing);
    window.addEventListener("hashchange", follow);
    if (!follow()) {
      begun = data.examples[0] ? data.examples[0].state : {};
      use(Object.assign(emptyState(data), structuredClone(begun)));
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    Object.entries(window.siteData).filter(([, data]) => "kinds" in data).forEach(([name, data]) => begin(document.getElementById(name), data));
  });
})();
