// Two comforts on top of a page that is complete without them: the table of
// campaigns can be sorted, and nothing stays folded on paper.
(function () {
  "use strict";
  var table = document.getElementById("table");
  var body = table && table.tBodies[0];

  function key(row, column, kind) {
    var value = row.cells[column].getAttribute("data-v");
    return kind === "number" ? Number(value) : value;
  }

  function sort(head, kind) {
    // Figures are wanted largest first, names and times from the start.
    var first = kind === "number" && head.textContent !== "When" ? "descending" : "ascending";
    var other = first === "ascending" ? "descending" : "ascending";
    var order = head.getAttribute("aria-sort") === first ? other : first;
    var sign = order === "ascending" ? 1 : -1;
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      var x = key(a, head.cellIndex, kind), y = key(b, head.cellIndex, kind);
      return x < y ? -sign : x > y ? sign : 0;
    });
    rows.forEach(function (row) { body.appendChild(row); });
    table.querySelectorAll("th[aria-sort]").forEach(function (th) { th.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", order);
  }

  if (body) {
    table.querySelectorAll("th[data-sort]").forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () { sort(head, head.getAttribute("data-sort")); });
    });
    table.classList.add("sortable");
  }

  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) { details.open = false; });
  });
})();
