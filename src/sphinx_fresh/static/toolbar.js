/* The tools under a figure that need a script: its PNG, and copying a citation. All else works without. */
(function () {
  "use strict";

  var SCALE = 2; /* pixels of the picture for one of the page */
  var GAP = 16;

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

  function painted(figure, columns) {
    var drawings = [].map.call(figure.querySelectorAll(".site-chart-static > svg"), onPaper);
    var whole = placed(drawings, columns);
    var canvas = document.createElement("canvas");
    canvas.width = Math.ceil(whole.width * SCALE);
    canvas.height = Math.ceil(whole.height * SCALE);
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    return Promise.all(drawings.map(picture)).then(function (images) {
      images.forEach(function (image, i) { pen.drawImage(image, drawings[i].x * SCALE, drawings[i].y * SCALE); });
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

  function copy(button) {
    var source = button.previousElementSibling;
    function said(word) {
      button.textContent = word;
      setTimeout(function () { button.textContent = "Copy"; }, 2000);
    }
    function selected() { /* where the browser keeps the clipboard from pages */
      getSelection().selectAllChildren(source);
      said(document.execCommand("copy") ? "Copied" : "Selected");
    }
    if (!navigator.clipboard) { selected(); return; }
    navigator.clipboard.writeText(source.textContent).then(function () { said("Copied"); }, selected);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".site-png, .site-copy");
    if (button) { (button.className === "site-png" ? save : copy)(button); }
  });
  document.querySelectorAll(".site-png, .site-copy").forEach(function (button) { button.hidden = false; });
})();
