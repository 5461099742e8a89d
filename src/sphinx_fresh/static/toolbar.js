/* The tools under a figure that need a script: its PNG, and copying a citation. All else works without. */
(function () {
  "use strict";

  var SCALE = 2; /* pixels of the picture for one of the page */
  var GAP = 16;
  var LINE = 22; /* of the title */
  var TYPE = "600 " + 16 * SCALE + "px 'Site Sans', sans-serif";

  /* --- PNG: the drawings made with the page, in the colours of white paper ---------------------- */

  function onPaper(svg) {
    var copy = svg.cloneNode(true);
    var box = svg.viewBox.baseVal;
    var width = parseFloat(svg.getAttribute("width")) || box.width;
    var height = parseFloat(svg.getAttribute("height")) || box.height;
    copy.setAttribute("width", width * SCALE);
    copy.setAttribute("height", height * SCALE);
    if (!box || !box.width) { copy.setAttribute("viewBox", "0 0 " + width + " " + height); }
    var text = new XMLSerializer().serializeToString(copy).replace(/var\(--[\w-]+,\s*(#[0-9a-f]+)\)/gi, "$1");
    return { text: text, width: width, height: height };
  }

  function picture(drawing) {
    return new Promise(function (resolve, reject) {
      var image = new Image();
      image.onload = function () { resolve(image); };
      image.onerror = function () { reject(new Error("the drawing could not be read")); };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawing.text);
    });
  }

  /* Where each drawing stands: as in the SVG file, so many beside each other. */
  function placed(drawings, columns) {
    var top = 0, right = 0;
    for (var start = 0; start < drawings.length; start += columns) {
      var left = 0, tallest = 0;
      drawings.slice(start, start + columns).forEach(function (drawing) {
        drawing.x = left;
        drawing.y = top;
        right = Math.max(right, left + drawing.width);
        tallest = Math.max(tallest, drawing.height);
        left += drawing.width + GAP;
      });
      top += tallest + GAP;
    }
    return { width: right, height: top - GAP };
  }

  /* The title's words in lines no wider than the picture. */
  function wrapped(pen, text, width) {
    pen.font = TYPE;
    return text.trim().split(/\s+/).reduce(function (lines, word) {
      var longer = (lines.length ? lines[lines.length - 1] + " " : "") + word;
      if (lines.length && pen.measureText(longer).width <= width * SCALE) {
        lines[lines.length - 1] = longer;
      } else {
        lines.push(word);
      }
      return lines;
    }, []);
  }

  function painted(figure, columns) {
    var drawings = [].map.call(figure.querySelectorAll(".site-chart-static > svg"), onPaper);
    var whole = placed(drawings, columns);
    var canvas = document.createElement("canvas");
    var pen = canvas.getContext("2d");
    var title = figure.querySelector(".site-figure-title");
    var lines = title ? wrapped(pen, title.textContent, whole.width) : [];
    var head = lines.length ? LINE * lines.length + GAP : 0;
    canvas.width = Math.ceil(whole.width * SCALE);
    canvas.height = Math.ceil((head + whole.height) * SCALE);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#1b1f24";
    pen.font = TYPE; /* a canvas that changes its size forgets it */
    lines.forEach(function (line, i) { pen.fillText(line, 0, LINE * SCALE * (i + 0.8)); });
    return Promise.all(drawings.map(picture)).then(function (images) {
      images.forEach(function (image, i) { pen.drawImage(image, drawings[i].x * SCALE, (head + drawings[i].y) * SCALE); });
      return new Promise(function (resolve) { canvas.toBlob(resolve, "image/png"); });
    });
  }

  function save(button) {
    painted(button.closest(".site-figure"), Number(button.dataset.columns)).then(function (blob) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = button.dataset.name;
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    }).catch(function (error) { console.error(button.dataset.name + ":", error); });
  }

  /* --- copying ---------------------------------------------------------------------------------- */

  /* A link is followed as well: its address then stands in the browser's own line. */
  function copyAddress(link) {
    if (!navigator.clipboard) { return; }
    navigator.clipboard.writeText(link.href).then(function () { saying(link, "Copied", "Link"); }, function () {});
  }

  function saying(element, word, after) {
    element.textContent = word;
    setTimeout(function () { element.textContent = after; }, 2000);
  }

  function copy(button) {
    var source = button.previousElementSibling;
    function said(word) { saying(button, word, "Copy"); }
    function selected() { /* where the browser keeps the clipboard from pages */
      getSelection().selectAllChildren(source);
      said(document.execCommand("copy") ? "Copied" : "Selected");
    }
    if (!navigator.clipboard) { selected(); return; }
    navigator.clipboard.writeText(source.textContent).then(function () { said("Copied"); }, selected);
  }

  /* Another site needs the whole address; a page that is not published has none until it is opened. */
  document.querySelectorAll(".site-embed").forEach(function (link) {
    var code = link.closest(".site-popover").querySelector("pre");
    code.textContent = code.textContent.replace('src="' + link.getAttribute("href"), 'src="' + link.href);
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".site-png, .site-copy");
    if (button) { (button.className === "site-png" ? save : copy)(button); }
    var link = event.target.closest(".site-address");
    if (link) { copyAddress(link); }
  });
  document.querySelectorAll(".site-png, .site-copy").forEach(function (button) { button.hidden = false; });
})();
