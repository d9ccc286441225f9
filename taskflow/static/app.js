// What the pages do beyond plain HTML: no double sending, drafts kept in this browser, focus on a refusal.
"use strict";

document.addEventListener("submit", function (event) {
  var form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  form.querySelectorAll("button").forEach(function (button) { button.classList.add("disabled"); });
  // A page that comes back from the browser's memory may be sent again.
  setTimeout(function () {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach(function (button) { button.classList.remove("disabled"); });
  }, 8000);
});

document.addEventListener("DOMContentLoaded", function () {
  forgetTaken();
  var refusal = document.querySelector("[data-focus]");
  if (refusal) refusal.focus();
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll("[data-same-for]").forEach(markSame);
  document.querySelectorAll("input[type=file][data-most]").forEach(weighFiles);
  document.querySelectorAll("[data-pick-all]").forEach(pickAll);
  document.querySelectorAll("form[data-nodes]").forEach(arrangeNodes);
  if (window.matchMedia("(min-width: 62rem)").matches) {
    document.querySelectorAll("details[data-open-wide]").forEach(function (part) { part.open = true; });
  }
});

function stored(name) {
  try { return JSON.parse(localStorage.getItem(name) || "null"); } catch (error) { return null; }
}

function store(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* a full store keeps nothing */ }
}

// Text typed into a form outlives a closed tab, an expired sign-in and a full disk. It goes when the page
// after the sending says that the server took it.
function forgetTaken() {
  if (document.querySelector(".notice.success")) localStorage.removeItem(stored("sent"));
  localStorage.removeItem("sent");
}

function keepDraft(form) {
  var name = "draft:" + form.dataset.draft;
  var fields = form.querySelectorAll("textarea, input[type=text], input[type=number], input[type=date], input[type=checkbox]:not([name=drop])");
  var refused = document.getElementById("refusal"); // then the server has put back what was typed
  var kept = refused ? {} : stored(name) || {};
  var restored = false;
  fields.forEach(function (field) {
    var ticks = field.type === "checkbox";
    if (!field.name) return;
    if (field.name in kept && kept[field.name] !== (ticks ? field.checked : field.value)) {
      if (ticks) field.checked = kept[field.name]; else field.value = kept[field.name];
      restored = true;
    }
    field.addEventListener("input", function () {
      kept[field.name] = ticks ? field.checked : field.value;
      store(name, kept);
      tell(form, "已暂存在本机");
    });
  });
  if (restored) {
    var told = document.createElement("p");
    told.className = "notice info";
    told.setAttribute("role", "status");
    told.textContent = "已恢复上次未提交的内容。";
    form.prepend(told);
  }
  form.addEventListener("submit", function () {
    store("sent", name);
  });
}

function tell(form, text) {
  var place = form.querySelector("[data-draft-told]");
  if (place) place.textContent = text;
}

// “沿用上期，未改动” stands beside a text until it differs from the last one.
function markSame(mark) {
  var field = document.getElementById(mark.dataset.sameFor);
  function look() { mark.hidden = field.value.trim() !== (field.dataset.last || "").trim(); }
  field.addEventListener("input", look);
  look();
}

// A file that the server would refuse for its size is not sent at all, so that nothing typed is at risk.
function weighFiles(input) {
  var told = document.getElementById(input.id + "-told");
  function weigh() {
    var all = 0, heavy = [];
    Array.prototype.forEach.call(input.files, function (file) {
      all += file.size;
      if (file.size > Number(input.dataset.most)) heavy.push(file.name);
    });
    var text = heavy.length ? "“" + heavy.join("”、“") + "”超过 20 MB，请压缩或拆分后再选。" :
      all > Number(input.dataset.together) ? "所选文件合计超过 60 MB，请分几次上传。" : "";
    told.textContent = text;
    told.hidden = !text;
    return !text;
  }
  input.addEventListener("change", weigh);
  input.form.addEventListener("submit", function (event) {
    if (weigh()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.focus();
  });
}

// One box that ticks its whole group.
function pickAll(box) {
  box.addEventListener("change", function () {
    document.querySelectorAll("[data-group='" + box.dataset.pickAll + "']").forEach(function (one) {
      one.checked = box.checked;
    });
  });
}

// The rows of a node plan: up and down with buttons, which only write the number in “次序”, and more empty rows.
function arrangeNodes(form) {
  var body = form.querySelector(".node-rows tbody");
  function rows() { return Array.prototype.slice.call(body.rows); }
  function number() {
    rows().forEach(function (row, at) { row.querySelector("input[name$='-place']").value = at + 1; });
  }
  function tools(row) {
    var cell = row.cells[0], box = document.createElement("div");
    box.className = "node-tools";
    [["↑", "上移", -1], ["↓", "下移", 1]].forEach(function (one) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-link";
      button.textContent = one[0];
      button.setAttribute("aria-label", one[1] + "这一行");
      button.addEventListener("click", function () {
        var beside = one[2] < 0 ? row.previousElementSibling : row.nextElementSibling;
        if (!beside) return;
        body.insertBefore(one[2] < 0 ? row : beside, one[2] < 0 ? beside : row);
        number();
        button.focus();
      });
      box.appendChild(button);
    });
    cell.appendChild(box);
  }
  function more() {
    var last = body.querySelectorAll("tr:not(.is-done)"), from = last[last.length - 1];
    var next = rows().length + 1, made = from.cloneNode(true);
    made.querySelectorAll(".node-tools, .field-error").forEach(function (part) { part.remove(); });
    made.querySelectorAll("input, label").forEach(function (part) {
      ["id", "name", "for"].forEach(function (name) {
        var said = part.getAttribute(name);
        if (said) part.setAttribute(name, said.replace(/^node-\d+-/, "node-" + next + "-"));
      });
      part.removeAttribute("aria-invalid");
      if (part.type === "checkbox") part.checked = false;
      else if (part.tagName === "INPUT") part.value = "";
    });
    body.appendChild(made);
    tools(made);
    number();
    made.querySelector("input[name$='-name']").focus();
  }
  rows().forEach(tools);
  var add = document.createElement("button");
  add.type = "button";
  add.className = "btn btn-sm btn-outline-primary node-more";
  add.textContent = "加一行";
  add.addEventListener("click", function () { if (rows().length < Number(form.dataset.nodes)) more(); });
  body.parentElement.insertAdjacentElement("afterend", add);
}
