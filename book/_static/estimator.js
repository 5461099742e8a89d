/* The estimator of `ceg` for numbers that a reader brings: the steps of src/ceg/estimator/scaling.py and gain.py under their names, and the
   draws of src/ceg/uncertainty/gain_draws.py for compute that is exact. tests/book/test_calculator.py holds it to these, number by number. */
(function () {
  "use strict";

  const SIGNIFICANT = 1.645, DRAWS = 4000, SEED = 2023;

  /* --- a scale: kind, higher_is_better, chance, maximum, items or null, half_digit --------------------------------- */

  function scaleOf(given) {
    const floor = given.higher_is_better ? given.chance : given.chance ? given.maximum - given.chance : 0, span = given.maximum - floor;
    return Object.assign({ floor, span, edge: given.items ? 0.5 / (given.items + 1) : Math.min(given.half_digit / span, 0.25) }, given);
  }

  const oriented = (scale, score) => scale.higher_is_better ? score : scale.kind === "proportion" ? scale.maximum - score : -score;
  const isLinear = (scale, name) => name === "linear" || !["proportion", "perplexity"].includes(scale.kind);

  function atEdge(scale, score) {
    if (scale.kind !== "proportion") { return null; }
    const q = (score - scale.floor) / scale.span, near = scale.edge * (1 + 1e-9);
    return q <= near ? "floor" : q >= 1 - near ? "ceiling" : null;
  }

  function transform(scale, name) {
    if (isLinear(scale, name)) { return s => s; }
    if (scale.kind === "perplexity") { return s => -Math.log(-s); }
    return s => {
      const q = Math.min(Math.max((s - scale.floor) / scale.span, scale.edge), 1 - scale.edge);
      return Math.log(q / (1 - q));
    };
  }

  /* The score with T raised by so much; a proportion at or beyond none or all stays. */
  function raised(scale, score, by, name) {
    if (isLinear(scale, name)) { return score + by; }
    if (scale.kind === "perplexity") { return score * Math.exp(-by); }
    const q = (score - scale.floor) / scale.span;
    return q > 0 && q < 1 ? scale.floor + scale.span * (q / (q + (1 - q) * Math.exp(-by))) : score;
  }

  /* --- points: flop, score (oriented), se or null, weight ---------------------------------------------------------- */

  const sum = values => values.reduce((a, b) => a + b, 0);
  const offTheEdges = (share, items) => Math.min(Math.max(share, 0.5 / (items + 1)), 1 - 0.5 / (items + 1));
  const computes = points => Array.from(new Set(points.map(p => p.flop))).sort((a, b) => a - b);
  const isClose = (a, b) => Math.abs(a - b) <= Math.max(1e-12 * Math.max(Math.abs(a), Math.abs(b)), 1e-12);
  const deviation = (p, n) => Math.sqrt(n * p * (1 - p));
  const binomialError = (score, maximum, items) => maximum * deviation(offTheEdges(score / maximum, items), items) / items;
  const derivative = (t, score, step) => (t(score + step) - t(score - step)) / (2 * step);

  function bounds(enhanced, baselines) {
    const below = baselines.filter(p => p.flop > enhanced.flop && p.score <= enhanced.score).sort((a, b) => b.flop - a.flop);
    const above = baselines.filter(p => p.score >= enhanced.score).sort((a, b) => a.flop - b.flop);
    return [below[0] || null, above[0] || null];
  }

  function pool(a, b) {
    const weight = a[1] + b[1];
    return [a[0] === b[0] ? a[0] : (a[0] * a[1] + b[0] * b[1]) / weight, weight, a[2] + b[2]];
  }

  function isotonic(points) {
    const blocks = [], all = computes(points);
    all.forEach(flop => {
      const here = points.filter(p => p.flop === flop).map((p, i) => [p.score, p.weight, i ? 0 : 1]);
      let block = here.reduce(pool);
      while (blocks.length && blocks[blocks.length - 1][0] >= block[0]) { block = pool(blocks.pop(), block); }
      blocks.push(block);
    });
    return blocks.flatMap(b => Array(b[2]).fill(b[0])).map((fitted, i) => [all[i], fitted]);
  }

  /* log10 of the smallest C at which the curve reaches the score, and the points of it used; null outside the curve. */
  function reach(curve, score, t) {
    const i = curve.findIndex(c => isClose(c[1], score) || c[1] > score);
    if (i >= 0 && isClose(curve[i][1], score)) { return { log10: Math.log10(curve[i][0]), ends: [curve[i]] }; }
    if (i <= 0) { return null; }
    const ends = [curve[i - 1], curve[i]], [x0, x1] = ends.map(end => Math.log10(end[0])), [s0, s1] = ends.map(end => end[1]);
    const share = t(s1) > t(s0) ? (t(score) - t(s0)) / (t(s1) - t(s0)) : (score - s0) / (s1 - s0);
    return { log10: x0 + share * (x1 - x0), ends };
  }

  const isHeld = (scale, reached) => reached.ends.length > 1 && reached.ends.some(end => atEdge(scale, end[1]));

  /* Least squares of T on log10 C; null with fewer than two computes. */
  function line(points, t) {
    const x = points.map(p => Math.log10(p.flop)), y = points.map(p => t(p.score)), n = x.length, [mx, my] = [sum(x) / n, sum(y) / n];
    if (new Set(x).size < 2) { return null; }
    const off = x.map(xi => xi - mx), sxx = sum(off.map(d => d * d)), slope = sum(off.map((d, i) => d * (y[i] - my))) / sxx;
    return { n, x, y, off, sxx, slope, intercept: my - slope * mx };
  }

  /* The same with its standard error (null where none can be had), and whether it rises. */
  function judged(fit, points, t) {
    const errors = [];
    if (fit.n > 2) { errors.push(Math.sqrt(sum(fit.x.map((x, i) => (fit.y[i] - fit.intercept - fit.slope * x) ** 2)) / (fit.n - 2) / fit.sxx)); }
    if (points.every(p => p.se !== null)) {
      const parts = points.map((p, i) => fit.off[i] / fit.sxx * derivative(t, p.score, Math.max(p.se, 1e-9) * 1e-3) * p.se);
      errors.push(Math.sqrt(sum(parts.map(part => part ** 2))));
    }
    const error = errors.length ? Math.max(...errors) : null;
    return Object.assign(fit, { slope_se: error, rises: fit.slope > 0 && (error === null || fit.slope > SIGNIFICANT * error) });
  }

  /* --- the gain: options as in gain.py; the same fields as its Estimate and Steps, null where absent --------------- */

  function gain(enhanced, baselines, scale, options) {
    const t = transform(scale, options.transform), flags = new Set([enhanced, ...baselines].map(p => atEdge(scale, p.score)).filter(Boolean));
    const [below, above] = bounds(enhanced, baselines), inner = baselines.filter(p => !atEdge(scale, p.score));
    const fit = line(inner, t) && judged(line(inner, t), inner, t), curve = isotonic(baselines);
    const steps = { below, above, fit, n_fit: computes(inner).length, way: null, ends: [], log10_required: null };

    function estimate(status, ceg, oom) {
      const [lower_bound, upper_bound] = [steps.below, steps.above].map(p => p && p.flop / enhanced.flop);
      if (ceg !== null && steps.way !== "on line") { ceg = Math.min(Math.max(ceg, lower_bound || 0), upper_bound || Infinity); }
      return { status, ceg, lower_bound, upper_bound, extrapolation_oom: oom, n_baseline: baselines.length, flags: [...flags].sort(), steps };
    }
    const without = () => estimate(steps.below || steps.above ? "bound" : "not-meaningful", null, null);

    if (below && above && below.flop > above.flop) {
      const noise = above.se === null || below.se === null ? Infinity : SIGNIFICANT * Math.hypot(above.se, below.se);
      if (above.score - below.score > noise) { return estimate("inconsistent", null, null); }
      flags.add("non_monotone");
      steps.below = bounds(enhanced, baselines.filter(p => p.flop <= above.flop))[0];
    }
    if (curve.length === 1) { flags.add("single_baseline"); } else if (!fit || !fit.rises) { flags.add("flat_baseline"); }
    if (options.bounds_only || atEdge(scale, enhanced.score)) { return without(); }

    const usable = fit && fit.rises && steps.n_fit >= options.min_points, reached = reach(curve, enhanced.score, t);
    if (usable && (reached ? options.estimate_order === "fit_first" : options.extrapolate_from === "line")) {
      Object.assign(steps, { way: "on line", log10_required: (t(enhanced.score) - fit.intercept) / fit.slope });
    } else if (reached && isHeld(scale, reached)) {
      Object.assign(steps, { way: "held", ends: reached.ends });
    } else if (reached) {
      Object.assign(steps, { way: reached.ends.length > 1 ? "between" : "at", ends: reached.ends, log10_required: reached.log10 });
    } else if (usable) {
      const end = enhanced.score < curve[0][1] ? curve[0] : curve[curve.length - 1];
      Object.assign(steps, { way: "from edge", ends: [end], log10_required: Math.log10(end[0]) + (t(enhanced.score) - t(end[1])) / fit.slope });
    }
    if (steps.log10_required === null) { return without(); }

    const [least, most] = [steps.below ? Math.log10(steps.below.flop) : -Infinity, steps.above ? Math.log10(steps.above.flop) : Infinity];
    const within = Math.min(Math.max(steps.log10_required, least), most);
    if (Math.abs(within - steps.log10_required) > 1e-9) { flags.add(steps.way === "on line" ? "breaks_bound" : "held_to_bound"); }
    const required = steps.way === "on line" ? steps.log10_required : within, log10_ceg = required - Math.log10(enhanced.flop);
    const gap = Math.max(required - Math.log10(curve[curve.length - 1][0]), Math.log10(curve[0][0]) - required), oom = gap > 1e-9 ? gap : 0;
    if (oom <= options.max_extrapolation_oom && Math.abs(log10_ceg) < 300) {
      return estimate(reached && oom === 0 ? "interpolated" : "extrapolated", 10 ** log10_ceg, oom);
    }
    Object.assign(steps, { way: null, ends: [], log10_required: null });
    return without();
  }

  /* --- draws: points also have value (as printed), items or null and half_width ------------------------------------ */

  /* Numbers from 0 to 1 (`uniform`) and standard normal ones, the same for the same seed (sfc32; Box and Muller). */
  function generator(seed) {
    let a = seed, b = 0x9e3779b9, c = 0x243f6a88, d = 1;
    function uniform() {
      const sum = (a + b | 0) + d | 0;
      [a, b, c, d] = [b ^ b >>> 9, c + (c << 3) | 0, (c << 21 | c >>> 11) + sum | 0, d + 1 | 0];
      return (sum >>> 0) / 2 ** 32;
    }
    Array.from({ length: 20 }, uniform); /* until the seed is spread over all of the state */
    return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
  }

  /* What draws k of n items, k binomial, over every k near the mean: within 12 standard deviations and 30 more. */
  function binomial(n, p, random) {
    const near = 12 * deviation(p, n) + 30, from = Math.max(0, Math.floor(n * p - near)), to = Math.min(n, Math.ceil(n * p + near)), logs = [0];
    for (let k = from; k < to; k += 1) { logs.push(logs[k - from] + Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p))); }
    const top = logs.reduce((a, b) => Math.max(a, b)), mass = logs.map(log => Math.exp(log - top)), total = sum(mass);
    let reached = 0;
    const cumulative = Float64Array.from(mass, m => reached += m / total);
    return () => {
      const u = random.uniform(), k = cumulative.findIndex(share => u < share);
      return from + (k < 0 ? mass.length - 1 : k);
    };
  }

  /* What draws a point's score, oriented: binomial on its items, else normal with its error; and its rounding. */
  function scoreOf(point, scale, random) {
    const solved = point.items && binomial(point.items, offTheEdges(point.value / scale.maximum, point.items), random);
    const sampled = solved ? () => scale.maximum * solved() / point.items : () => point.value + (point.se || 0) * random.normal();
    return () => oriented(scale, sampled() + point.half_width * (2 * random.uniform() - 1));
  }

  /* Squared residuals of T about the family's line beyond what the errors of the scores explain, and n - 2. */
  function excess(baselines, scale, t) {
    const errorOf = p => Math.sqrt(p.se * p.se + p.half_width * p.half_width / 3);
    const points = baselines.filter(p => [-2, 0, 2].every(by => !atEdge(scale, p.score + by * errorOf(p)))), fit = line(points, t);
    if (computes(points).length < 3) { return { excess: 0, dof: 0 }; }
    return { dof: fit.n - 2, excess: sum(points.map((p, i) => {
      const error = errorOf(p), known = error ? (derivative(t, p.score, error * 1e-3) * error) ** 2 : 0;
      return (fit.y[i] - fit.intercept - fit.slope * fit.x[i]) ** 2 - (1 - 1 / fit.n - fit.off[i] ** 2 / fit.sxx) * known;
    })) };
  }

  /* Between which two log10 C' a draw puts the gain: equal where it has a value, infinite where it is censored. */
  function required(points, e, scale, options, furthest) {
    const t = transform(scale, options.transform), curve = isotonic(points), [start, last] = [curve[0], curve[curve.length - 1]];
    const fit = line(points.filter(p => !atEdge(scale, p.score)), t), inner = !atEdge(scale, e);
    if (curve.length > 1 && !(fit ? fit.slope > 0 : last[1] > start[1])) { return [-Infinity, Infinity]; }
    const isInside = start[1] <= e && e <= last[1], up = curve.findIndex(c => c[1] >= e);
    const reached = options.bounds_only || !inner ? null : reach(curve, e, t), inside = reached && !isHeld(scale, reached) ? reached.log10 : NaN;
    let low = up < 0 ? Math.log10(last[0]) : up ? Math.log10(curve[up - 1][0]) : -Infinity, high = up < 0 ? Infinity : Math.log10(curve[up][0]), value = inside;
    if (furthest) {
      const end = e < start[1] ? start : last, may = !options.bounds_only && fit && fit.slope > 0 && (inner || !isInside);
      const byLine = may ? (t(e) - fit.intercept) / fit.slope : NaN, fromEdge = may ? Math.log10(end[0]) + (t(e) - t(end[1])) / fit.slope : NaN;
      value = isInside ? (options.estimate_order === "fit_first" ? byLine : inside) : options.extrapolate_from === "line" ? byLine : fromEdge;
      if (Number.isNaN(value)) { value = inside; }
      const least = Math.log10(start[0]) - furthest, most = Math.log10(last[0]) + furthest;
      if (value < least) { [low, high, value] = [-Infinity, least, NaN]; } else if (value > most) { [low, high, value] = [most, Infinity, NaN]; }
    }
    const known = Number.isFinite(value); /* a score at an edge of the scale lies there or beyond */
    return [known && (inner || e > last[1]) ? value : low, known && (inner || e < start[1]) ? value : high];
  }

  /* The 90% interval of an estimate (an end null where it is open), and how probable more than a threshold is: surely, and possibly. */
  function interval(estimate, enhanced, baselines, scale, options) {
    if (!["interpolated", "extrapolated", "bound"].includes(estimate.status)) { return null; }
    const spread = excess(baselines, scale, transform(scale, options.transform)), random = generator(SEED), own = Math.log10(enhanced.flop);
    const furthest = estimate.status === "bound" ? 0 : options.max_extrapolation_oom, lows = new Float64Array(DRAWS), highs = new Float64Array(DRAWS);
    const [first, ...arms] = [enhanced, ...baselines].map((p, i) => {
      const random = generator(SEED + 1 + i);
      return { flop: p.flop, weight: p.weight, moves: !atEdge(scale, p.score), normal: random.normal, score: scoreOf(p, scale, random) };
    });
    for (let i = 0; i < DRAWS; i += 1) {
      const chi = sum(Array.from({ length: spread.dof }, () => random.normal() ** 2)), sd = spread.excess > 0 ? Math.sqrt(spread.excess / chi) : 0;
      const drawn = arms.map(arm => {
        const score = arm.score(), off = sd * arm.normal();
        return { flop: arm.flop, weight: arm.weight, score: off && arm.moves ? raised(scale, score, off, options.transform) : score };
      });
      [lows[i], highs[i]] = required(drawn, first.score(), scale, options, furthest).map(log10 => log10 - own);
    }
    [lows, highs].forEach(drawn => drawn.sort());
    return {
      low: outward(lows[Math.floor(0.05 * (DRAWS - 1))], Math.floor), high: outward(highs[Math.ceil(0.95 * (DRAWS - 1))], Math.ceil), draws: DRAWS,
      above: threshold => [lows, highs].map(drawn => drawn.filter(log10 => log10 > Math.log10(threshold)).length / DRAWS)
    };
  }

  /* An end with two digits, rounded away from the middle. */
  function outward(log10, to) {
    const by = 10 ** (1 - Math.floor(log10));
    return Number.isFinite(log10) ? Number((to(Math.round(10 ** log10 * by * 1e6) / 1e6) / by).toPrecision(6)) : null;
  }

  window.cegEstimator = { scaleOf, oriented, atEdge, transform, binomialError, isotonic, gain, interval };
})();
