// Runs in the page once it stands; what it learns is left in the page as JSON.
addEventListener("load", function () {
  var rows = function () {
    return Array.from(document.querySelectorAll("#table tbody tr")).slice(0, 3).map(function (row) {
      return row.cells[0].textContent.trim() + " " + row.cells[1].textContent;
    });
  };
  var head = function (i) { return document.querySelectorAll("#table thead th")[i]; };
  var learned = { width: innerWidth, needed: document.documentElement.scrollWidth };
  document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  learned.neededOpen = document.documentElement.scrollWidth;
  document.querySelectorAll("details").forEach(function (d) { d.open = false; });
  if (document.getElementById("table")) {
    learned.given = rows();
    head(1).firstChild.click();
    learned.largest = rows(); learned.sort = head(1).getAttribute("aria-sort");
    head(1).firstChild.click();
    learned.smallest = rows();
    head(4).firstChild.click();
    learned.sorts = document.querySelectorAll("[aria-sort]").length;
  }
  dispatchEvent(new Event("beforeprint"));
  learned.folded = document.querySelectorAll("details:not([open])").length;
  var note = document.createElement("pre");
  note.id = "learned";
  note.textContent = JSON.stringify(learned);
  parent.document.body.appendChild(note);
  console.error("the probe has run");
});
