/* The calculator's drawing: scores against training compute, the curve through the models without the enhancement, and the gain as a distance
   along it. Colours are classes, so that the page's light and dark hold. */
(function () {
  "use strict";

  const estimator = window.cegEstimator, words = window.calculatorWords;
  const SVG = "http://www.w3.org/2000/svg", LETTER = 6.5, LINE = 14;

  function shape(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  /* Round numbers between two values. */
  function ticks(low, high, about) {
    const rough = (high - low) / about, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find(n => n * power >= rough) * power;
    const first = Math.ceil(low / step - 1e-9);
    return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  }

  /* log10 of computes to be named on the axis: powers of ten, and 2 and 5 times these where there are few. */
  function computeTicks(low, high, most) {
    const powers = [];
    for (let p = Math.ceil(low); p <= high; p += Math.max(1, Math.ceil((high - low) / most))) { powers.push([p, "10" + words.raised(p)]); }
    if (powers.length > 1) { return powers; }
    const found = [];
    for (let p = Math.floor(low); p <= high; p += 1) {
      [1, 2, 5].forEach(n => {
        const at = p + Math.log10(n);
        if (at >= low && at <= high) { found.push([at, (n > 1 ? n + " × " : "") + "10" + words.raised(p)]); }
      });
    }
    return found;
  }

  function draw(place, family, estimate, interval, label) {
    const { enhanced, baselines, scale, options } = family, t = estimator.transform(scale, options.transform), way = estimate.steps;
    const width = Math.max(280, place.clientWidth), height = Math.round(Math.min(420, Math.max(280, width * 0.62)));
    const [left, right, top, bottom] = [52, 14, 28, 44], own = Math.log10(enhanced.flop);
    const end = estimate.ceg !== null ? Math.log10(estimate.ceg) + own : way.below ? Math.log10(way.below.flop) : way.above ? Math.log10(way.above.flop) : null;
    const known = [own, ...baselines.map(p => Math.log10(p.flop)), ...(end === null ? [] : [end])];
    const pad = Math.max(0.15, 0.07 * (Math.max(...known) - Math.min(...known))), far = 0.6;
    const ends = interval ? [interval.low, interval.high].map((ratio, i) => ratio ? Math.log10(ratio) + own : i ? Infinity : -Infinity) : [];
    const reachable = ends.filter(x => Number.isFinite(x) && x > Math.min(...known) - far && x < Math.max(...known) + far);
    const x0 = Math.min(...known, ...reachable) - pad, x1 = Math.max(...known, ...reachable) + pad, scores = [enhanced, ...baselines].map(p => p.score);
    const room = Math.max(0.08 * (Math.max(...scores) - Math.min(...scores)), 1e-3 * Math.abs(scores[0]), 1e-6);
    const y0 = Math.min(...scores) - room, y1 = Math.max(...scores) + 1.6 * room;
    const x = log10 => left + (log10 - x0) / (x1 - x0) * (width - left - right), y = s => height - bottom - (s - y0) / (y1 - y0) * (height - top - bottom);
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label }), add = (...of) => svg.append(shape(...of));

    /* the axes: scores as the reader gave them, better ones up */
    const printed = s => scale.higher_is_better ? s : scale.kind === "proportion" ? scale.maximum - s : -s;
    ticks(...[printed(y0), printed(y1)].sort((a, b) => a - b), 5).forEach(value => {
      const at = y(estimator.oriented(scale, value));
      add("line", { x1: left, x2: width - right, y1: at, y2: at, class: "calculator-rule" });
      add("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, String(value).replace("-", "−"));
    });
    computeTicks(x0, x1, width < 500 ? 4 : 8).forEach(([log10, text]) => {
      add("line", { x1: x(log10), x2: x(log10), y1: height - bottom, y2: height - bottom + 5, class: "calculator-axis" });
      add("text", { x: x(log10), y: height - bottom + 19, "text-anchor": "middle" }, text);
    });
    add("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, class: "calculator-axis" });
    add("text", { x: left, y: 13, class: "calculator-muted" }, family.kind.label);
    add("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle", class: "calculator-muted" }, "training compute (FLOP)");

    /* the curve, straight in T between its points; where it is carried on, dashed */
    const lines = []; /* points on lines, which names should leave free */
    function path(from, to, log10, name, height = y) {
      const steps = Array.from({ length: 25 }, (_, i) => from + (to - from) * i / 24).map(s => [x(log10(s)), height(s)]).filter(p => p.every(Number.isFinite));
      lines.push(...steps);
      if (steps.length > 1) { add("path", { d: "M" + steps.map(p => p.map(v => v.toFixed(1)).join(" ")).join("L"), class: name }); }
    }
    const curve = estimator.isotonic(baselines);
    if (!options.bounds_only) {
      curve.slice(1).forEach(([flop, s], i) => {
        const [a, was] = [Math.log10(curve[i][0]), curve[i][1]], b = Math.log10(flop), rise = t(s) - t(was);
        if (s === was) { path(a, b, v => v, "calculator-curve", () => y(s)); }
        else { path(was, s, v => a + (rise > 0 ? (t(v) - t(was)) / rise : (v - was) / (s - was)) * (b - a), "calculator-curve"); }
      });
      if (way.way === "from edge") {
        const [flop, s] = way.ends[0];
        path(s, enhanced.score, v => Math.log10(flop) + (t(v) - t(s)) / way.fit.slope, "calculator-beyond");
      } else if (way.way === "on line") {
        path(Math.min(...scores), Math.max(...scores), v => (t(v) - way.fit.intercept) / way.fit.slope, "calculator-beyond");
      }
    }

    /* the gain: its interval pale and broad, the distance itself an arrow from the enhanced model */
    const level = y(enhanced.score), taken = [[left, 0, left + LETTER * family.kind.label.length, 18]];
    if (interval && (interval.low || interval.high)) {
      const [from, to] = [Math.max(ends[0], x0), Math.min(ends[1], x1)];
      if (from < to) {
        add("line", { x1: x(from), x2: x(to), y1: level, y2: level, class: "calculator-interval" });
        taken.push([x(from), level - 6, x(to), level + 6]);
      }
    }
    if (end !== null) {
      const [a, b] = [x(own), x(end)], back = b < a ? 1 : -1;
      [a, b].forEach(at => {
        add("line", { x1: at, x2: at, y1: level, y2: height - bottom, class: "calculator-drop" });
        for (let down = level; down < height - bottom; down += 8) { lines.push([at, down]); }
      });
      if (Math.abs(b - a) > 2) {
        add("line", { x1: a, x2: b + 6 * back, y1: level, y2: level, class: "calculator-gain" });
        add("path", { d: `M${b} ${level}l${8 * back} -5v10z`, class: "calculator-head" });
      }
    }
    if (end !== null) {
      const text = estimate.ceg === null ? words.observed(estimate) : words.times(estimate.ceg), half = LETTER * text.length / 2 + 4;
      const middle = Math.min(Math.max((x(own) + x(end)) / 2, left + half), width - right - half);
      add("text", { x: middle, y: level - 9, "text-anchor": "middle", class: "calculator-says" }, text);
      taken.push([middle - half, level - 24, middle + half, level + 6]);
    }

    /* the models, each name where it finds room */
    const marks = [enhanced, ...baselines].map(p => [x(Math.log10(p.flop)), y(p.score)]);
    baselines.forEach((p, i) => {
      const [cx, cy] = marks[i + 1], mark = shape("circle", { cx, cy, r: 5, class: "calculator-model" });
      mark.append(shape("title", {}, `${p.name}: ${p.printed}, ${words.fiveDigits(p.flop, 3)} FLOP`));
      svg.append(mark);
    });
    const [ex, ey] = marks[0], star = shape("path", { d: `M${ex} ${ey - 8}l8 8l-8 8l-8 -8z`, class: "calculator-enhanced" });
    star.append(shape("title", {}, `${enhanced.name}, with the enhancement: ${enhanced.printed}, ${words.fiveDigits(enhanced.flop, 3)} FLOP`));
    svg.append(star);
    [enhanced, ...baselines].forEach((p, i) => {
      const text = i ? p.name : "with the enhancement", w = LETTER * text.length, [px, py] = marks[i];
      const spots = [12, -4, 4, 22, -12, 32, -22].flatMap(down => [[px + 10, py + down], [px - 10 - w, py + down], [Math.max(left + 2, px - w / 2), py + down]])
        .filter(([tx, ty]) => Math.abs(tx + w / 2 - px) > 9 || Math.abs(ty - py) > 11);
      const isFree = ([tx, ty], margin) => {
        const box = [tx, ty - LINE + 3, tx + w, ty + 3];
        if (margin && lines.some(([lx, ly]) => box[0] - 3 < lx && lx < box[2] + 3 && box[1] < ly && ly < box[3])) { return false; }
        return box[0] >= left && box[2] <= width - 4 && box[1] >= 0 && box[3] <= height - bottom &&
          !taken.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]) &&
          !marks.some(([mx, my], j) => j !== i && box[0] - 4 < mx && mx < box[2] + 4 && box[1] - 4 < my && my < box[3] + 4);
      };
      const spot = spots.find(at => isFree(at, true)) || spots.find(at => isFree(at, false));
      if (!spot) { return; }
      taken.push([spot[0], spot[1] - LINE + 3, spot[0] + w, spot[1] + 3]);
      add("text", { x: spot[0], y: spot[1], class: i ? "calculator-name" : "calculator-name calculator-own" }, text);
    });
    place.replaceChildren(svg);
  }

  window.calculatorChart = { draw };
})();
