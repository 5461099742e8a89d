/* The calculator's words: an estimate in a sentence, the workings line by line as src/ceg/prose/arithmetic.py has them, numbers as in
   src/ceg/formatting.py, and what gives the same elsewhere: a command, Python, YAML for `ceg add`. A family is what calculator-input.js reads. */
(function () {
  "use strict";

  const estimator = window.cegEstimator, FEW = 5; /* sizes below which the scatter of models is not to be told from their own residuals */

  /* --- numbers ------------------------------------------------------------------------------------------------------ */

  const places = (value, digits) => digits - 1 - Math.floor(Math.log10(Math.abs(value)));

  function significant(value, digits) {
    if (value === 0) { return "0"; }
    const after = places(value, digits);
    if (after > 0) { return value.toFixed(Math.min(after, 100)).replace(/0+$/, "").replace(/\.$/, ""); }
    return (Math.round(value * 10 ** after) / 10 ** after).toLocaleString("en-US", { maximumFractionDigits: 0 });
  }

  function roundedDown(value, digits = 3) {
    const step = 10 ** -places(value, digits);
    return significant(Math.floor(value / step * (1 + 1e-12)) * step, digits);
  }

  function roundedUp(value, digits = 3) {
    const step = 10 ** -places(value, digits);
    return significant(Math.ceil(value / step * (1 - 1e-12)) * step, digits);
  }

  /* As Python's format "g". */
  function general(value, digits) {
    if (value === 0) { return "0"; }
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e"), trimmed = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    if (exponent < -4 || exponent >= digits) { return trimmed(mantissa) + "e" + exponent.replace(/^([+-])(\d)$/, "$10$2"); }
    return trimmed(value.toFixed(digits - 1 - Number(exponent)));
  }

  const minus = text => text.replace(/-/g, "−"), score = value => minus(general(value, 5)), signed = value => minus(value.toFixed(4));
  const bracketed = text => text.startsWith("−") ? "(" + text + ")" : text;
  const times = (value, digits = 2) => significant(value, digits) + "x";
  const listed = window.siteChoices.listed;
  const raised = exponent => String(exponent).replace(/[0-9-]/g, digit => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(digit)]);

  function fiveDigits(flop, digits = 5) {
    const exponent = Math.floor(Math.log10(flop));
    return general(flop / Number("1e" + exponent), digits) + " × 10" + raised(exponent);
  }

  /* --- the workings ------------------------------------------------------------------------------------------------- */

  function workings(family, estimate) {
    const { enhanced, scale, options } = family, way = estimate.steps;
    const found = [
      `Enhanced: ${enhanced.name}, Cₑ = ${fiveDigits(enhanced.flop)} FLOP, score ${score(enhanced.score)}` +
        (scale.higher_is_better ? "." : " (turned round: higher is better)."),
      boundLine(family, way.below, "Lower bound", "no bigger unenhanced model scores as little", "scores no more", roundedDown),
      boundLine(family, way.above, "Upper bound", "no unenhanced model scores as much", "scores no less", roundedUp)
    ];
    if (estimate.ceg === null) { return found.concat(reason(family, estimate)); }
    if (way.way !== "at") { found.push(transformLine(scale, options.transform)); }
    found.push(requiredLine(family, way));
    const required = Math.log10(estimate.ceg * enhanced.flop).toFixed(4);
    if (estimate.flags.includes("held_to_bound")) { found.push(`Held to the bound: log₁₀ C′ = ${required}.`); }
    return found.concat(`CEG = C′ / Cₑ = 10^(${required} − ${Math.log10(enhanced.flop).toFixed(4)}) = ${significant(estimate.ceg, 4)}.`);
  }

  function boundLine(family, point, what, none, scores, rounded) {
    if (!point) { return `${what}: none; ${none}.`; }
    const shown = rounded(point.flop / family.enhanced.flop);
    return `${what}: ${point.name} ${scores} (${score(point.score)}); ${fiveDigits(point.flop)} / ${fiveDigits(family.enhanced.flop)} = ${shown}.`;
  }

  function transformLine(scale, name) {
    if (name === "linear" || !["proportion", "perplexity"].includes(scale.kind)) { return "Transform: none, T(s) = s."; }
    if (scale.kind === "perplexity") { return "Transform: T = −ln(perplexity)."; }
    const floor = general(scale.floor, 6);
    return `Transform: T(s) = ln(q / (1 − q)), q = (s − ${floor}) / (${general(scale.maximum, 6)} − ${floor}).`;
  }

  /* A point of the curve: the models at its compute and the fitted score. */
  function placed(family, end) {
    const here = family.baselines.filter(p => p.flop === end[0]);
    const isPooled = !here.some(p => Math.abs(p.score - end[1]) <= 1e-9 * Math.max(Math.abs(p.score), Math.abs(end[1])));
    return `${listed([...new Set(here.map(p => p.name))])} (${score(end[1])}${isPooled ? ", pooled" : ""})`;
  }

  function requiredLine(family, way) {
    const t = estimator.transform(family.scale, family.options.transform), s = family.enhanced.score, result = way.log10_required.toFixed(4);
    const x = way.ends.map(end => Math.log10(end[0]).toFixed(4)), at = way.ends.map(end => placed(family, end)), fitted = way.ends.map(end => end[1]);
    if (way.way === "at") { return `The curve passes ${score(s)} at ${at[0]}: log₁₀ C′ = ${result}.`; }
    if (way.way === "between") {
      const [share, s0, s1] = [s, ...fitted].map(v => t(fitted[1]) > t(fitted[0]) ? signed(t(v)) : score(v));
      return `Interpolated between ${at[0]} and ${at[1]}: log₁₀ C′ = ${x[0]} + (${share} − ${bracketed(s0)}) / (${s1} − ${bracketed(s0)}) × ` +
        `(${x[1]} − ${x[0]}) = ${result}.`;
    }
    const fit = way.fit, error = fit.slope_se === null ? "" : `, standard error ${general(fit.slope_se, 4)}`;
    const b = general(fit.slope, 5), slope = `slope b = ${b} in T a power of ten of compute (${fit.n} models${error})`;
    if (way.way === "on line") {
      return `Straight line through the unenhanced models: ${slope}, T at C = 1: ${general(fit.intercept, 5)}; log₁₀ C′ = (${signed(t(s))} − ` +
        `${bracketed(signed(fit.intercept))}) / ${b} = ${result}.`;
    }
    return `Extrapolated from ${at[0]} with the ${slope}: log₁₀ C′ = ${x[0]} + (${signed(t(s))} − ${bracketed(signed(t(fitted[0])))}) / ${b} = ${result}.`;
  }

  /* Why there is no point. */
  function reason(family, estimate) {
    const { scale, options } = family, way = estimate.steps;
    if (estimate.status === "inconsistent") {
      return "No value: a smaller model beats a bigger one by more than their errors, on either side of the enhanced score.";
    }
    if (options.bounds_only) { return "No point: the unenhanced models are of another family, so no curve is drawn."; }
    if (estimator.atEdge(scale, family.enhanced.score)) { return "No point: the enhanced score stands at the edge of the scale."; }
    if (way.n_fit < options.min_points) {
      return "No point: the score lies outside the curve, and an extrapolation asks for " +
        `${options.min_points} unenhanced models, with scores off the edges of the scale; there ` +
        `${way.n_fit === 1 ? "is" : "are"} ${way.n_fit || "none"}.`;
    }
    if (!way.fit || !way.fit.rises) {
      return "No point: the score lies outside the curve, and the slope of the unenhanced scores is not above 1.645 standard errors.";
    }
    return `No point: C′ would lie further than a factor of ${general(10 ** options.max_extrapolation_oom, 4)} beyond the models measured.`;
  }

  /* --- what is found, for readers ----------------------------------------------------------------------------------- */

  function observed(estimate) {
    const [low, high] = [estimate.lower_bound, estimate.upper_bound];
    if (low && high) { return `${roundedDown(low)}–${roundedUp(high)}x`; }
    return low ? `≥ ${roundedDown(low)}x` : high ? `≤ ${roundedUp(high)}x` : "none";
  }

  function within(interval) {
    const { low, high } = interval;
    if (low && high) { return `${significant(low, 2)}–${significant(high, 2)}x (90%)`; }
    return low ? `above ${times(low)} (95%)` : high ? `below ${times(high)} (95%)` : "open at both ends";
  }

  /* The probability of a gain above a threshold: between two numbers where draws leave it open. */
  function probability(interval, threshold) {
    const [low, high] = interval.above(threshold), least = (Math.floor(100 * low) / 100).toFixed(2), most = (Math.ceil(100 * high) / 100).toFixed(2);
    if (low > 0.99) { return "over 0.99"; }
    if (high < 0.01) { return "under 0.01"; }
    if (low === high) { return least; }
    return low < 0.01 && high > 0.99 ? "not to be told" : low < 0.01 ? `at most ${most}` : high > 0.99 ? `at least ${least}` : `${least} to ${most}`;
  }

  function verdict(estimate, interval, threshold, count) {
    if (estimate.flags.includes("flat_baseline")) { return "undetermined: on a flat baseline nothing counts"; }
    const [low, high] = interval.above(threshold);
    return low >= count ? "it counts as above" : high <= 1 - count ? "it counts as not above" : "undetermined";
  }

  const whyNoInterval = family => family.scale.kind === "proportion" ? "give the number of test items to get one" : "give the standard error of a score to get one";

  /* The finding with its caveats; a bound before what is read off the curve beyond it. */
  function sentence(family, estimate, interval) {
    const who = family.enhanced.name + (family.enhanced.isNamed ? " with the enhancement" : ""), { below, above } = estimate.steps, said = [];
    const lower = below && `${who} does no worse than ${below.name}, which took ${roundedDown(estimate.lower_bound)}x its training compute.`;
    const upper = above && `${above.name} does as well without the enhancement, with ${roundedUp(estimate.upper_bound)}x the training compute.`;
    if (estimate.status === "interpolated") {
      said.push(`${who} scores what models without it reach with about ${times(estimate.ceg)} its training compute.`);
    } else if (estimate.status === "extrapolated") {
      said.push(...[lower, upper].filter(Boolean), `Beyond the models measured, the curve puts the gain at about ${times(estimate.ceg)}.`);
    } else if (estimate.status === "bound") {
      said.push(...[lower, upper].filter(Boolean));
      said.push(lower && upper ? "The gain lies between." : `The observed gain is at ${lower ? "least" : "most"} that. How much ${lower ? "more" : "less"}, these models do not say.`);
    } else if (estimate.status === "inconsistent") {
      said.push("No gain can be told: a smaller model beats a bigger one by more than chance, around the enhanced score.");
    } else {
      said.push("No gain can be told: no bigger model without the enhancement scores as little, and none scores as much.");
    }
    if (estimate.ceg !== null && estimate.ceg < 1) { said.push("A gain below one: models without it reach the same with less compute."); }
    if (interval && (interval.low || interval.high)) { said.push(`With the errors of the scores the gain is ${within(interval)}.`); }
    if (interval && !interval.low && !interval.high) { said.push("The errors of the scores leave it open at both ends."); }
    if (estimate.flags.includes("flat_baseline")) { said.push("But without the enhancement the scores do not rise with compute, so this says little."); }
    const models = new Set(family.baselines.map(p => p.flop)).size;
    if (models < FEW) { said.push(`This is read off ${models} model size${models > 1 ? "s" : ""}: take it as rough.`); }
    return said.map(words => words[0].toUpperCase() + words.slice(1)).join(" ");
  }

  /* A fraction among percents, which may be one by mistake. */
  function likelyFractions({ enhanced, baselines, scale }) {
    const found = [scale.chance, ...[enhanced, ...baselines].map(p => p.value)].filter(v => scale.kind === "proportion" && scale.maximum === 100 && v > 0 && v < 1);
    return found.length ? [`${listed(found.map(String))} ${found.length > 1 ? "count" : "counts"} as less than one of 100. Write a share such as 0.25 as 25, or set the greatest score to 1.`] : [];
  }

  /* --- the same elsewhere ------------------------------------------------------------------------------------------- */

  const flopText = flop => flop.toExponential().replace("e+", "e");
  const changed = (family, defaults) => Object.keys(defaults).filter(key => family.options[key] !== defaults[key]);

  function command(family, defaults) {
    const { kind, scale } = family, parts = [["enhanced", family.enhanced], ...family.baselines.map(p => ["baseline", p])]
      .map(([arm, p]) => `--${arm} ${flopText(p.flop)}:${p.printed}`);
    if (kind.scale !== "percent") { parts.push(`--scale ${kind.scale}`); }
    if (scale.kind === "proportion") {
      if (!scale.higher_is_better) { parts.push("--lower-is-better"); }
      if (scale.chance) { parts.push(`--chance ${scale.chance}`); }
      if (scale.maximum !== kind.maximum) { parts.push(`--max ${scale.maximum}`); }
      if (scale.items) { parts.push(`--items ${scale.items}`); }
    }
    if (family.se !== null) { parts.push(`--se ${family.se}`); }
    changed(family, defaults).forEach(key => {
      parts.push("--" + key.replace(/_/g, "-") + (family.options[key] === true ? "" : ` ${family.options[key]}`));
    });
    return "ceg gain " + parts.join(" ");
  }

  function python(family, defaults) {
    const { kind, scale } = family, given = kind.scale === "percent" ? [] : [`scale="${kind.scale}"`];
    if (scale.kind === "proportion") {
      if (!scale.higher_is_better) { given.push("higher_is_better=False"); }
      if (scale.chance) { given.push(`chance=${scale.chance}`); }
      if (scale.maximum !== kind.maximum) { given.push(`maximum=${scale.maximum}`); }
      if (scale.items) { given.push(`items=${scale.items}`); }
    }
    if (family.se !== null) { given.push(`se=${family.se}`); }
    changed(family, defaults).forEach(key => {
      const value = family.options[key];
      given.push(`${key}=${value === true ? "True" : typeof value === "string" ? `"${value}"` : value}`);
    });
    const rows = [["enhanced", family.enhanced], ...family.baselines.map(p => ["baseline", p])]
      .map(([arm, p]) => `(${JSON.stringify(p.name)}, "${arm}", ${flopText(p.flop)}, ${p.printed})`);
    return [
      "import ceg", "import pandas as pd", `rows = [\n    ${rows.join(",\n    ")},\n]`,
      'scores = pd.DataFrame(rows, columns=["model", "arm", "training_flop", "score"])',
      `print(ceg.gain_of(${["scores", ...given].join(", ")})[["model", "status", "ceg", "low", "high", "flags"]])`
    ].join("\n") + "\n";
  }

  /* What the numbers say is filled in; what only the source can say stands as FILL IN, which `ceg add` refuses. */
  function yaml(family) {
    const { kind, scale, enhanced } = family, quote = JSON.stringify, todo = what => quote(`FILL IN: ${what}`);
    const models = [...new Map([...family.baselines, enhanced].map(p => [p.name, p])).values()];
    const isShare = scale.kind === "proportion";
    const source = `source: mysource2026\n    locator: ${todo("table, figure or page")}\n    provenance: ${todo("verified, readoff, secondary, recalled or estimated")}`;
    return [
      "# For `ceg add FILE --dry-run`: what the calculator knows is filled in.",
      "enhancement:", "  id: my-enhancement", `  name: ${todo("its name")}`,
      `  category: ${todo("tool use, prompting, scaffolding, solution choice, data or combination")}`, `  year: ${todo("of first publication")}`,
      `  description: ${todo("what it does, in a sentence")}`, "  source: mysource2026",
      "sources:", "  - id: mysource2026", `    label: ${todo("Author et al. 2026")}`, "    kind: paper", `    bibtex: ${todo("its BibTeX entry, with eprint, doi or url")}`,
      "benchmarks:", "  - id: my-benchmark", `    name: ${todo("its name")}`, `    metric: ${todo("accuracy, loss, …")}`, `    protocol: ${todo("how it is measured")}`,
      `    domain: ${todo("mathematics, code, …")}`, `    scale: ${scale.kind}`, `    unit: ${quote(kind.unit)}`, `    higher_is_better: ${scale.higher_is_better}`,
      ...(scale.items ? [`    items: ${scale.items}`] : []),
      ...(isShare ? [`    chance: ${scale.chance}`, "    minimum: 0", `    maximum: ${scale.maximum}`] : []), `    ${source}`,
      "models:",
      ...models.flatMap(p => [
        `  - id: ${quote(p.name)}`, `    family: ${todo("models that differ in size alone")}`,
        ...(p.parameters ? [`    parameters: ${flopText(p.parameters)}`, `    training_tokens: ${flopText(p.tokens)}`] : []),
        `    training_flop: ${flopText(p.flop)}`, ...(p.parameters ? ["    flop_method: 6nd", "    certainty: 6nd"] : [
          `    flop_method: ${todo("reported, 6nd, hardware or estimate")}`, `    certainty: ${todo("printed, 6nd, estimated or speculative")}`]), `    ${source}`
      ]),
      "scores:",
      ...[["base", family.baselines], ["enhanced", [enhanced]]].flatMap(([variant, points]) => [
        "  - benchmark: my-benchmark", `    variant: ${variant}`, `    ${source}`, "    of:", ...points.map(p => `      ${quote(p.name)}: ${p.printed}`)
      ]),
      "comparisons:", "  - benchmark: my-benchmark", `    model: ${quote(enhanced.name)}`, "    enhanced: enhanced", "    baseline: base", "    role: headline",
      ...(family.options.bounds_only ? ["    cross_family: true"] : []),
      `    headline_reason: ${todo("why this comparison stands for the enhancement, chosen before looking at its value")}`
    ].join("\n") + "\n";
  }

  window.calculatorWords = {
    significant, roundedDown, roundedUp, general, raised, fiveDigits, times, workings, reason, observed, within, probability, verdict, whyNoInterval, sentence, likelyFractions,
    command, python, yaml
  };
})();
