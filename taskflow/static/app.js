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
  var refusal = document.querySelector("[data-focus]");
  if (refusal) refusal.focus();
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
});

// Text typed into a form outlives a closed tab; it goes when the form was taken by the server.
function keepDraft(form) {
  var name = "draft:" + form.dataset.draft;
  var fields = form.querySelectorAll("textarea, input[type=text], input[type=number]");
  var kept = {};
  try { kept = JSON.parse(localStorage.getItem(name) || "{}"); } catch (error) { kept = {}; }
  var restored = false;
  fields.forEach(function (field) {
    if (field.name && kept[field.name] && kept[field.name] !== field.value && !field.dataset.typed) {
      if (!field.value || field.dataset.last === field.value) { field.value = kept[field.name]; restored = true; }
    }
    field.addEventListener("input", function () {
      kept[field.name] = field.value;
      try { localStorage.setItem(name, JSON.stringify(kept)); } catch (error) { /* a full store keeps nothing */ }
    });
  });
  if (restored) {
    var told = document.createElement("p");
    told.className = "notice info";
    told.textContent = "已恢复上次未提交的内容。";
    form.prepend(told);
  }
  form.addEventListener("submit", function () { localStorage.removeItem(name); });
}
