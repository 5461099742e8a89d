/* Previews of what links lead to: on hover after a moment, on focus at once, on the first tap. A second tap follows the link. */
(function () {
  "use strict";

  var WAIT = 150, LEAVE = 250; /* ms until one opens, and for the way from the link to its preview */
  var GAP = 4; /* px between both */
  var previews = new Map();
  var link = null, preview = null, timer = 0, pressed = "";

  document.querySelectorAll(".site-preview").forEach(function (each) { previews.set(each.dataset.for, each); });

  function linkAt(target) {
    var found = target.closest && target.closest(".bd-article a[href]:not(.headerlink)");
    return found && !found.closest(".site-preview, .site-tools") && previews.has(found.getAttribute("href")) ? found : null;
  }

  /* Below its link, or above where there is more room: never over it. */
  function place() {
    var at = link.getBoundingClientRect();
    var above = at.top - 2 * GAP, below = innerHeight - at.bottom - 2 * GAP;
    preview.style.maxHeight = "";
    var down = preview.offsetHeight <= below || below >= above;
    preview.style.maxHeight = Math.max(0, down ? below : above) + "px";
    var left = Math.min(at.left, document.documentElement.clientWidth - preview.offsetWidth - 2 * GAP);
    preview.style.left = Math.max(2 * GAP, left) + "px";
    preview.style.top = (down ? at.bottom + GAP : at.top - GAP - preview.offsetHeight) + "px";
  }

  function close() {
    clearTimeout(timer);
    if (!preview) { return; }
    preview.hidePopover();
    link.removeAttribute("aria-describedby");
    link = preview = null;
  }

  function open(found) {
    clearTimeout(timer);
    if (found === link) { return; }
    close();
    link = found;
    preview = previews.get(found.getAttribute("href"));
    link.setAttribute("aria-describedby", preview.id);
    preview.querySelectorAll("img[height]").forEach(function (img) {
      img.style.aspectRatio = img.getAttribute("width") + " / " + img.getAttribute("height");
    });
    preview.showPopover();
    place();
  }

  function later(act, time) {
    clearTimeout(timer);
    timer = setTimeout(act, time);
  }

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType === "touch") { return; }
    var found = linkAt(event.target);
    if (found) {
      later(function () { open(found); }, WAIT);
    } else if (preview && preview.contains(event.target)) {
      clearTimeout(timer);
    } else {
      later(function () { if (link && !link.matches(":focus-visible")) { close(); } }, LEAVE);
    }
  });
  document.addEventListener("focusin", function (event) {
    var found = linkAt(event.target);
    if (found && found.matches(":focus-visible")) { open(found); }
  });
  document.addEventListener("focusout", function (event) {
    if (event.target === link && !(preview.contains(event.relatedTarget))) { later(close, LEAVE); }
  });
  document.addEventListener("pointerdown", function (event) {
    pressed = event.pointerType;
    if (preview && !preview.contains(event.target) && linkAt(event.target) !== link) { close(); }
  });
  document.addEventListener("click", function (event) {
    var found = linkAt(event.target);
    if (found && pressed === "touch" && found !== link) {
      event.preventDefault();
      open(found);
    } else if (preview) {
      close();
    }
    pressed = "";
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(); } });
  ["scroll", "resize"].forEach(function (sign) {
    addEventListener(sign, function () {
      if (!preview) { return; }
      var at = link.getBoundingClientRect();
      if (at.bottom < 0 || at.top > innerHeight) { close(); } else { place(); }
    }, { passive: true });
  });
})();
