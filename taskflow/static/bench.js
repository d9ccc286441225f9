// The workbench: keys, what was typed kept in this browser, the text beside the draft, others' changes marked.
"use strict";

(function () {
  function one(selector) { return document.querySelector(selector); }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  var shown = null;

  function init() {
    if (one("form[data-keep]")) keepTyped(one("form[data-keep]"));
    showPlace();
    countPicked();
    all("[data-pick-all]").forEach(function (box) {
      if (!box.dataset.bound) { box.dataset.bound = "1"; pickAll(box); box.addEventListener("change", countPicked); }
    });
    markOthers();
  }

  document.addEventListener("DOMContentLoaded", function () {
    var draft = one("#draft");
    shown = draft && draft.dataset.draftId;
    init();
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target && event.detail.target.id === "others") { markOthers(); return; }
    var refusal = one("#refusal"), draft = one("#draft"), at = draft && draft.dataset.draftId;
    if (refusal) refusal.focus();
    else if (at !== shown && document.activeElement) document.activeElement.blur(); // the keys are for the next draft
    shown = at;
    init();
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status === 401) { window.location.reload(); return; }
    warn("没有办成（" + event.detail.xhr.status + "），您填写的内容还在，请刷新页面后再试。");
  });
  document.addEventListener("htmx:sendError", function () { warn("网络不通，没有保存。您填写的内容还在，请稍后再试。"); });

  function warn(text) {
    var place = one("#others");
    if (!place) return;
    var told = document.createElement("p");
    told.className = "notice danger";
    told.setAttribute("role", "alert");
    told.textContent = text;
    place.prepend(told);
    place.scrollIntoView({ block: "nearest" });
  }

  // The draft's place is brought into view in the text and in the list, without moving the page.
  function showPlace() {
    [[".bench-text", ".bench-text .here"], ["#rows", "#rows .here"]].forEach(function (pair) {
      var pane = one(pair[0]), here = one(pair[1]);
      if (!pane || !here || pane.scrollHeight <= pane.clientHeight) return;
      var box = here.getBoundingClientRect(), room = pane.getBoundingClientRect();
      if (box.top < room.top + 20 || box.bottom > room.bottom - 20) {
        pane.scrollTop += box.top - room.top - pane.clientHeight / 3;
      }
    });
  }

  // Typed text outlives a reload, per draft and version; it goes when the version behind it is gone.
  function keepTyped(form) {
    var name = "bench:" + form.dataset.keep;
    forgetOld(form.dataset.keep);
    var fields = Array.prototype.slice.call(form.querySelectorAll("input[name]:not([type=hidden]), select[name]"));
    var kept = one("#refusal") ? {} : stored(name) || {};
    var restored = false;
    fields.forEach(function (field, place) {
      var key = place + ":" + field.name;
      if (key in kept && JSON.stringify(kept[key]) !== JSON.stringify(value(field))) { put(field, kept[key]); restored = true; }
      field.addEventListener("input", function () { kept[key] = value(field); store(name, kept); });
      field.addEventListener("change", function () { kept[key] = value(field); store(name, kept); });
    });
    if (restored && !form.querySelector(".kept")) {
      var told = document.createElement("p");
      told.className = "notice info kept";
      told.setAttribute("role", "status");
      told.textContent = "已恢复上次未保存的内容。";
      form.prepend(told);
    }
  }

  function forgetOld(keep) {
    var base = keep.replace(/-v\d+$/, "");
    if (one("#refusal")) return;
    for (var place = localStorage.length - 1; place >= 0; place--) {
      var key = localStorage.key(place);
      if (key && key.indexOf("bench:" + base + "-v") === 0 && key !== "bench:" + keep) localStorage.removeItem(key);
    }
  }

  function value(field) {
    if (field.type === "checkbox") return field.checked;
    if (field.multiple) return Array.prototype.map.call(field.selectedOptions, function (o) { return o.value; });
    return field.value;
  }

  function put(field, kept) {
    if (field.type === "checkbox") field.checked = kept;
    else if (field.multiple) Array.prototype.forEach.call(field.options, function (o) { o.selected = kept.indexOf(o.value) >= 0; });
    else field.value = kept;
  }

  // What others changed since the page was drawn stands beside the row and over the form.
  function markOthers() {
    all("[data-changed]").forEach(function (mark) {
      var row = one("[data-row='" + mark.dataset.changed + "']");
      if (row && Number(row.dataset.version) < Number(mark.dataset.version) && !row.querySelector(".by-other")) {
        var told = document.createElement("span");
        told.className = "tag strong by-other";
        told.textContent = mark.dataset.who + "已改";
        row.appendChild(told);
      }
    });
  }

  function countPicked() {
    var told = one("[data-picked]"), count = all("input[name=pick]:checked").length;
    if (told) told.textContent = count ? "已勾选 " + count + " 条：" : "勾选的条目：";
  }
  document.addEventListener("change", function (event) { if (event.target.name === "pick") countPicked(); });

  document.addEventListener("click", function (event) {
    var chip = event.target.closest && event.target.closest("[data-set-lead]");
    if (chip) { setLead(chip.dataset.setLead); return; }
    if (event.target.closest && event.target.closest("[data-add-target]")) { addTarget(); return; }
    if (event.target.id === "act-split") fillCut();
  });

  function setLead(id) {
    var lead = one("#lead");
    lead.value = id;
    lead.dispatchEvent(new Event("change", { bubbles: true }));
    lead.classList.add("just-set");
  }

  function addTarget() {
    var rows = all(".target-row"), fresh = rows[rows.length - 1].cloneNode(true);
    fresh.querySelectorAll("input").forEach(function (field) {
      if (field.type === "checkbox") { field.value = rows.length; field.checked = false; } else field.value = "";
    });
    fresh.querySelectorAll("[aria-label]").forEach(function (field) {
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, rows.length + 1));
    });
    rows[rows.length - 1].after(fresh);
    fresh.querySelector("input").focus();
  }

  // Where to cut: a selection in the text at the left, or the caret in the clause; counted in characters.
  function fillCut() {
    var cut = one("#cut"), clause = one("#clause"), picked = inText();
    if (!cut || cut.value) return;
    if (picked !== null) { cut.value = picked; return; }
    var place = clause.selectionStart || clause.selectionEnd;
    if (place) cut.value = Array.from(clause.value.slice(0, place)).length;
  }

  function inText() {
    var draft = one("#draft"), chosen = window.getSelection();
    if (!draft || !chosen || !chosen.anchorNode || chosen.isCollapsed) return null;
    var range = chosen.getRangeAt(0), node = range.startContainer;
    var mark = node.parentElement && node.parentElement.closest("[data-mark='" + draft.dataset.draftId + "']");
    if (!mark) return null;
    var inside = Array.from(node.textContent.slice(0, range.startOffset)).length;
    var place = Number(mark.dataset.at) + inside - Number(draft.dataset.start);
    return place > 0 ? place : null;
  }

  // Words chosen in the text can become a draft: their places, or nothing where a draft has them already.
  function chosenWords() {
    var chosen = window.getSelection(), text = one(".bench-text");
    if (!text || !chosen || !chosen.anchorNode || chosen.isCollapsed) return null;
    var range = chosen.getRangeAt(0), from = placeOf(range.startContainer, range.startOffset);
    var to = placeOf(range.endContainer, range.endOffset);
    return from !== null && to !== null && from < to ? [from, to] : null;
  }

  function placeOf(node, offset) {
    var piece = node.nodeType === 3 && node.parentElement.closest(".bench-text [data-at]");
    if (!piece || piece.dataset.mark) return null;
    return Number(piece.dataset.at) + Array.from(node.textContent.slice(0, offset)).length;
  }

  document.addEventListener("selectionchange", function () {
    var form = one("#add"), words = form && chosenWords();
    if (!form) return;
    form.hidden = !words;
    if (words) { form.elements.start.value = words[0]; form.elements.end.value = words[1]; }
  });

  // Keys: only outside of fields, and only with a draft at hand.
  var KEYS = {
    j: function () { step(1); },
    k: function () { step(-1); },
    e: function () { focusOn("#title"); },
    c: function () { press("#act-confirm"); },
    d: function () { focusOn("#note"); },
    s: function () { fillCut(); press("#act-split"); },
    m: function () { press("#act-merge"); },
    u: function () { focusOn("#lead"); },
    x: function () {
      var box = one("#rows .here input[name=pick]");
      if (box) { box.checked = !box.checked; countPicked(); }
    },
    n: function () { if (one("#add") && !one("#add").hidden) press("#act-add"); },
    "?": function () { var keys = one("#keys"); if (keys) { keys.open = !keys.open; keys.scrollIntoView({ block: "nearest" }); } }
  };

  function press(selector) { var button = one(selector); if (button && !button.disabled) button.click(); }
  function focusOn(selector) { var field = one(selector); if (field) { field.focus(); if (field.select) field.select(); } }

  function step(by) {
    var links = all("#rows li > a"), here = links.findIndex(function (link) { return link.parentElement.classList.contains("here"); });
    var next = links[here + by];
    if (next) { next.click(); return; }
    var part = one(by > 0 ? ".part-line a[rel=next]" : ".part-line a[rel=prev]");
    if (part) part.click();
  }

  document.addEventListener("keydown", function (event) {
    if (!one("#bench")) return;
    var field = event.target, typing = /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName) && field.type !== "checkbox";
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); press("#act-save"); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (field.id === "note" && event.key === "Enter") { event.preventDefault(); press("#act-drop"); return; }
    if (event.key === "Escape" && typing) { field.blur(); return; }
    if (typing && field.id !== "clause") return; // nothing can be typed into the clause
    var act = KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });
}());
