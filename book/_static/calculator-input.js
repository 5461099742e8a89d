/* What a reader types or pastes into the calculator, read: numbers, training compute, whole tables, the link that keeps everything. Every
   problem says where it is, what was found and what is allowed. A state is the texts of the form; a family is what the estimator takes. */
(function () {
  "use strict";

  const estimator = window.cegEstimator, MOST_ROWS = 60;

  const SUFFIXES = { k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, b: 1e9, bn: 1e9, billion: 1e9, t: 1e12, tn: 1e12, trillion: 1e12 };
  const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)\s*(k|thousand|m|million|bn?|billion|tn?|trillion)?$/i;
  const GROUPED = /^[+-]?\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d+)?$/;
  const COMPUTE = "FLOP such as 1.2e22, or parameters × tokens such as 6.7B × 300B (k, M, B, T)", LONGEST = 60;

  const quoted = text => text === "" ? "nothing" : `“${text.length > LONGEST ? text.slice(0, LONGEST - 1) + "…" : text}”`;

  /* The text with plain signs and powers of ten as in 1e22: of 1.2 × 10²², 1.2*10^22, 1,200, −3. */
  function plain(text) {
    const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
    return text.replace(/[\u00a0\u2007\u2009\u202f]/g, " ").replace(/−/g, "-").trim()
      .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, run => "^" + [...run].map(c => "0123456789-"[superscripts.indexOf(c)]).join(""))
      .replace(/\s*[x×*·]\s*10\s*(?:\^|\*\*)\s*\(?([+-]?\d+)\)?/gi, "e$1").replace(/^10\s*(?:\^|\*\*)\s*([+-]?\d+)$/, "1e$1");
  }

  /* A number, with a suffix (6.7B) where one is allowed; NaN where there is none. */
  function number(text, suffixes) {
    const grouped = GROUPED.test(text) ? text.replace(/[,'’ ]/g, "") : text, found = NUMBER.exec(grouped);
    if (!found || found[2] && !suffixes) { return NaN; }
    return Number(found[1]) * (found[2] ? SUFFIXES[found[2].toLowerCase()] : 1);
  }

  /* Training compute: { flop, parameters, tokens }, the last two where it is given as their product; null where there is none. */
  function compute(text) {
    const words = plain(text).replace(/\b(?:non-embedding|training|parameters?|params?|tokens?|toks?|flops?)\b/gi, " ").replace(/\s+/g, " ").trim();
    const factors = words.split(/\s*[×*·]\s*|\s*x\s*/i).map(part => number(part.trim(), true));
    if (factors.some(Number.isNaN)) { return null; }
    if (factors.length === 1) { return /[a-df-z]$/i.test(words) ? null : { flop: factors[0] }; }
    const [parameters, tokens, ...more] = factors.length === 3 && factors[0] === 6 ? factors.slice(1) : factors;
    if (more.length || !(parameters >= 1e3 && tokens >= 1e3)) { return null; }
    return { flop: Number((6 * parameters * tokens).toPrecision(12)), parameters, tokens };
  }

  /* --- from the form to the estimator -------------------------------------------------------------------------------- */

  /* { family, problems }: the family is null while there is a problem. Each: { row, field, where, found, allowed }; row -1 is the enhanced one. */
  function read(state, data) {
    const problems = [], kind = data.kinds.find(k => k.key === state.kind) || data.kinds[0], isShare = kind.kind === "proportion";
    function wrong(row, field, where, found, allowed) { problems.push({ row, field, where, found: quoted(found), allowed }); }

    function setting(key, called, absent, isRight, allowed) {
      if (state[key].trim() === "") { return absent; }
      const value = number(plain(state[key]).replace(/\s*%$/, ""), key === "items");
      if (Number.isFinite(value) && isRight(value)) { return value; }
      wrong(null, key, called, state[key], allowed);
      return absent;
    }
    const maximum = isShare ? setting("maximum", "Greatest score", kind.maximum, v => v > 0, "a number above 0") : kind.maximum;
    const chance = isShare ? setting("chance", "Score of a guess", 0, v => v >= 0 && v < maximum, `from 0 to below the maximum of ${maximum}`) : 0;
    const items = isShare ? setting("items", "Test items", null, v => Number.isInteger(v) && v >= 1 && v <= 1e7, "a whole number from 1") : null;
    const se = isShare ? null : setting("se", "Standard error of a score", null, v => v > 0, "a number above 0, or nothing");

    function arm(row, i) {
      const where = i < 0 ? "The enhanced model" : `Row ${i + 1}${row.name.trim() ? ` (${row.name.trim()})` : ""}`, training = compute(row.compute);
      const value = number(plain(row.score).replace(/\s*%$/, "")), scale = { kind: kind.kind, maximum };
      if (!training) { wrong(i, "compute", `${where}, training compute`, row.compute, COMPUTE); }
      else if (!(training.flop >= 1 && training.flop <= 1e40)) { wrong(i, "compute", `${where}, training compute`, row.compute, "1 to 1e40 FLOP"); }
      const example = /^\s*-?\d+,\d+\s*$/.test(row.score) ? row.score.trim().replace(",", ".") : "40.4";
      const allowed = Number.isNaN(value) ? `a number such as ${example}` : refused(scale, value);
      if (allowed) { wrong(i, "score", `${where}, score`, row.score, allowed); }
      return Object.assign({ name: row.name.trim() || (i < 0 ? "the enhanced model" : `model ${i + 1}`), isNamed: row.name.trim() !== "", value }, training);
    }
    const twin = state.baselines.find(row => row.name.trim() && row.name.trim() === state.enhanced.name.trim());
    const own = twin && !state.enhanced.compute.trim() ? { ...state.enhanced, compute: twin.compute } : state.enhanced; /* the same model, named once more */
    const enhanced = arm(own, -1), filled = state.baselines.map((row, i) => [row, i]).filter(([row]) => !isEmpty(row));
    const baselines = filled.map(([row, i]) => arm(row, i));
    if (!baselines.length) { wrong(0, "compute", "Models without the enhancement", "", "one or more, at best three or more sizes of one family"); }
    if (baselines.length > MOST_ROWS) { wrong(MOST_ROWS, "name", "Models without the enhancement", `${baselines.length} rows`, `at most ${MOST_ROWS}`); }
    if (problems.length) { return { family: null, problems }; }

    baselines.forEach((p, i) => { if (baselines.slice(0, i).some(q => q.name === p.name)) { p.name += ` (${i + 1})`; } });
    if (baselines.some(p => p.name === enhanced.name && p.flop !== enhanced.flop)) { enhanced.name += " (enhanced)"; }
    const points = [enhanced, ...baselines], decimals = Math.max(...points.map(p => p.value.toFixed(12).replace(/0+$/, "").split(".")[1].length));
    const scale = estimator.scaleOf({ kind: kind.kind, higher_is_better: kind.higher_is_better, chance, maximum, items, half_digit: 0.5 * 10 ** -decimals });
    points.forEach(p => Object.assign(p, {
      printed: p.value.toFixed(decimals), score: estimator.oriented(scale, p.value), weight: items || 1, items,
      se: items ? estimator.binomialError(p.value, maximum, items) : se,
      half_width: items === maximum && maximum !== 100 && Number.isInteger(p.value) ? 0 : scale.half_digit /* 9 of 40 was not rounded */
    }));
    const options = Object.fromEntries(data.choices.map(c => [c.key, typed(c.options[state[c.key]])]));
    return { family: { kind, enhanced, baselines, scale, se, options: Object.assign(options, { bounds_only: state.bounds_only }) }, problems };
  }

  const isEmpty = row => !(row.name.trim() || row.compute.trim() || row.score.trim());
  const typed = option => /^[\d.]+$/.test(option) ? Number(option) : option;

  /* What a score on a scale must be, if this one is not so. */
  function refused(scale, score) {
    if (!(Math.abs(score) < 1e12)) { return "below 1e12"; }
    if (scale.kind === "proportion") { return score >= 0 && score <= scale.maximum ? null : `0 to ${scale.maximum}`; }
    return scale.kind === "perplexity" && score <= 0 ? "above 0" : null;
  }

  /* --- pasted tables --------------------------------------------------------------------------------------------------- */

  const COLUMNS = { arm: /^(arm|enhanced)$/i, parameters: /param|^n$/i, tokens: /token|^d$/i, compute: /flop|compute/i, name: /model|name|system/i,
    score: /score|accuracy|acc\b|error|loss|perplexity|ppl|elo|bits|points|result|value/i };

  /* The cells of each line of CSV, text from a spreadsheet or a Markdown table. */
  function cells(text) {
    const lines = text.split(/\r\n?|\n/).filter(l => l.trim() && !/^[\s|:-]+$/.test(l)), has = mark => lines.some(l => l.includes(mark));
    const mark = has("\t") ? "\t" : lines.every(l => l.includes("|")) ? "|" : has(";") ? ";" : has(",") ? "," : "  ";
    return lines.map(l => {
      const line = mark === "|" ? l.trim().replace(/^\||\|$/g, "") : mark === "  " ? l.trim().replace(/ {2,}/g, "  ") : l;
      const found = [""];
      let isQuoted = false;
      for (let i = 0; i < line.length; i += 1) {
        if (line[i] === '"' && (isQuoted || found[found.length - 1].trim() === "")) {
          if (isQuoted && line[i + 1] === '"') { found[found.length - 1] += '"'; i += 1; } else { isQuoted = !isQuoted; }
        } else if (!isQuoted && line.startsWith(mark, i)) {
          found.push("");
          i += mark.length - 1;
        } else { found[found.length - 1] += line[i]; }
      }
      return found.map(cell => cell.trim());
    });
  }

  /* { rows: [{ name, compute, score, isEnhanced }], problem }: the columns by their headings, else by their order. */
  function table(text) {
    const lines = cells(text), isNumber = cell => compute(cell) !== null;
    if (!lines.length) { return { rows: [], problem: "There is no row in it." }; }
    const heads = lines[0].some(isNumber) ? null : lines.shift(), widths = new Set(lines.map(l => l.length));
    if (!lines.length) { return { rows: [], problem: "There is a heading and no row." }; }
    let places = {};
    if (heads) {
      Object.keys(COLUMNS).forEach(key => {
        const at = heads.findIndex((head, i) => COLUMNS[key].test(head) && !Object.values(places).includes(i));
        if (at >= 0) { places[key] = at; }
      });
    }
    if (!("score" in places && ("compute" in places || "parameters" in places && "tokens" in places))) {
      if (widths.size > 1) {
        const other = lines.findIndex(l => l.length !== lines[0].length);
        return { rows: [], problem: `Row ${other + 1} has ${lines[other].length} cells, row 1 has ${lines[0].length}.` };
      }
      const arm = lines[0].findIndex((_, i) => lines.every(l => /^(enhanced|baseline)$/i.test(l[i]))), rest = lines[0].map((_, i) => i).filter(i => i !== arm);
      const order = { 2: ["compute", "score"], 3: ["name", "compute", "score"], 4: ["name", "parameters", "tokens", "score"] }[rest.length];
      if (!order) {
        const allowed = "name, training compute, score; or name, parameters, tokens, score";
        return { rows: [], problem: `Row 1 has ${lines[0].length} cells. Allowed: ${allowed}.` };
      }
      places = Object.fromEntries(rest.map((at, i) => [order[i], at]).concat(arm < 0 ? [] : [["arm", arm]]));
    }
    const cell = (line, key) => key in places ? line[places[key]] || "" : "";
    return { problem: null, rows: lines.map(line => ({
      name: cell(line, "name"), score: cell(line, "score"), isEnhanced: /^(enhanced|yes|true|1)$/i.test(cell(line, "arm")),
      compute: "compute" in places ? cell(line, "compute") : `${cell(line, "parameters")} × ${cell(line, "tokens")}`
    })) };
  }

  /* --- the link --------------------------------------------------------------------------------------------------------- */

  const SETTINGS = ["kind", "chance", "maximum", "items", "se"], ROW = ["name", "compute", "score"];

  function toHash(state, data) {
    const packed = row => ROW.map(key => encodeURIComponent(row[key])).join(",");
    return [
      ...SETTINGS.filter(key => state[key] !== "").map(key => `${key}=${encodeURIComponent(state[key])}`),
      ...data.choices.filter(c => state[c.key] !== c.start).map(c => `${c.key}=${encodeURIComponent(c.options[state[c.key]])}`),
      ...(state.bounds_only ? ["bounds_only=true"] : []), `with=${packed(state.enhanced)}`,
      ...state.baselines.filter(row => !isEmpty(row)).map(row => `without=${packed(row)}`)
    ].join("&");
  }

  /* { state, unknown }: how many parts of the link are not known here and are left out; null if it is no link to numbers. */
  function fromHash(hash, empty, data) {
    const state = Object.assign({}, empty, { baselines: [] }), parts = hash.replace(/^#/, "").split("&").filter(part => part.includes("="));
    let unknown = 0;
    parts.forEach(part => {
      const key = part.slice(0, part.indexOf("=")), choice = data.choices.find(c => c.key === key);
      try {
        const texts = part.slice(key.length + 1).split(",").map(decodeURIComponent), row = Object.fromEntries(ROW.map((name, i) => [name, texts[i] || ""]));
        if (key === "with" && texts.length === 3) { state.enhanced = row; }
        else if (key === "without" && texts.length === 3 && state.baselines.length < MOST_ROWS) { state.baselines.push(row); }
        else if (key === "bounds_only" && texts[0] === "true") { state.bounds_only = true; }
        else if (key === "kind" && data.kinds.some(k => k.key === texts[0])) { state.kind = texts[0]; }
        else if (key !== "kind" && SETTINGS.includes(key) && texts.length === 1) { state[key] = texts[0]; }
        else if (choice && choice.options.includes(texts[0])) { state[key] = choice.options.indexOf(texts[0]); }
        else { unknown += 1; }
      } catch (error) {
        if (!(error instanceof URIError)) { throw error; }
        unknown += 1;
      }
    });
    return parts.length ? { state, unknown } : null;
  }

  window.calculatorInput = { compute, number, read, table, toHash, fromHash, isEmpty };
})();
