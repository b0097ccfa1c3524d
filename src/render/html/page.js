// Search, filters and sorting for tables that are complete without it. Rows are removed from the page and added
// again in batches, because rows that are not shown cost no layout.
(() => {
  // Rows in a batch: a few screens, and quick to lay out at every keystroke.
  const STEP = 50;
  // Rows whose text is collected without a pause.
  const BREATH = 250;

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const keys = (cell) => {
    const marked = [...cell.querySelectorAll("[data-k]")].map((one) => one.dataset.k);
    return cell.dataset.k === undefined ? marked : [cell.dataset.k, ...marked];
  };

  const listing = (box) => {
    const table = box.querySelector("table");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const tools = box.querySelector(".tools");
    const search = tools.querySelector("input");
    const selects = [...tools.querySelectorAll("select")];
    const clear = tools.querySelector(".clear");
    const count = tools.querySelector(".count");
    const rows = [...body.rows].map((row, at) => ({ row, at, text: null, keys: null }));
    let order = rows;
    let shown = rows;
    let limit = STEP;

    const more = document.createElement("p");
    more.className = "more";
    more.append(
      button("Show more rows", () => reveal(limit + 10 * STEP)),
      button("Show all rows", () => reveal(Infinity)),
    );
    table.after(more);

    const put = (wanted) => {
      const part = document.createDocumentFragment();
      for (const one of wanted) part.append(one.row);
      body.replaceChildren(part);
    };
    const tell = () => {
      const number = (value) => value.toLocaleString("en");
      const listed = Math.min(limit, shown.length);
      const cut = listed < shown.length ? `, the first ${number(listed)} are shown` : "";
      count.textContent = `${number(shown.length)} of ${number(rows.length)} rows${cut}`;
      more.hidden = cut === "";
      const filtered = search.value.trim() !== "" || selects.some((select) => select.value !== "");
      clear.hidden = !filtered;
      box.classList.toggle("filtered", filtered);
    };
    const show = () => {
      put(shown.slice(0, limit));
      tell();
    };
    const reveal = (wanted) => {
      const first = shown[limit]?.row;
      limit = wanted;
      show();
      if (first) {
        first.tabIndex = -1;
        first.focus({ preventScroll: true });
      }
    };
    // Text is collected while the page is idle; an earlier search collects what it needs.
    const warm = (from) => {
      for (const one of rows.slice(from, from + BREATH)) one.text ??= sought(one.row);
      if (from + BREATH < rows.length) setTimeout(warm, 0, from + BREATH);
    };
    const columnOf = (select) => {
      const title = select.parentElement.firstChild.textContent.trim().toLowerCase();
      return heads.findIndex((head) => head.dataset.title.toLowerCase() === title);
    };
    const filter = () => {
      const words = folded(search.value).split(/\s+/).filter(Boolean);
      const wanted = selects
        .filter((select) => select.value !== "")
        .map((select) => [columnOf(select), select.value]);
      const fits = (one) =>
        words.every((word) => (one.text ??= sought(one.row)).includes(word)) &&
        wanted.every(([column, word]) => keysOf(one, column).includes(word));
      shown = words.length + wanted.length === 0 ? order : order.filter(fits);
      limit = STEP;
      show();
    };
    const keysOf = (one, column) => {
      one.keys ??= [];
      return (one.keys[column] ??= keys(one.row.cells[column]));
    };

    // Numbers by their value, all else as text; empty values come last either way.
    const sort = (column, down) => {
      const isNumber = heads[column].classList.contains("n");
      const value = (one) => {
        const cell = one.row.cells[column];
        return isNumber ? Number.parseFloat(cell.dataset.s ?? "NaN") : (cell.dataset.s ?? folded(cell.textContent));
      };
      const isEmpty = (key) => (isNumber ? Number.isNaN(key) : key === "");
      const sorted = rows.map((one) => ({ one, key: value(one) }));
      sorted.sort((a, b) => {
        if (isEmpty(a.key) || isEmpty(b.key)) return isEmpty(a.key) - isEmpty(b.key) || a.one.at - b.one.at;
        const compared = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        return (down ? -compared : compared) || a.one.at - b.one.at;
      });
      order = sorted.map((keyed) => keyed.one);
      heads.forEach((head, at) => {
        head.setAttribute("aria-sort", at !== column ? "none" : down ? "descending" : "ascending");
      });
      filter();
    };

    heads.forEach((head, column) => {
      const title = head.textContent;
      head.dataset.title = title;
      head.setAttribute("aria-sort", "none");
      const isNumber = head.classList.contains("n");
      const turn = () => {
        const now = head.getAttribute("aria-sort");
        sort(column, now === "none" ? isNumber : now === "ascending");
      };
      head.replaceChildren(button(title, turn));
    });
    search.addEventListener("input", filter);
    for (const select of selects) select.addEventListener("change", filter);
    clear.addEventListener("click", () => {
      search.value = "";
      for (const select of selects) select.value = "";
      filter();
      search.focus();
    });
    // Print shows every row that the filters leave, and names the filters.
    addEventListener("beforeprint", () => put(shown));
    addEventListener("afterprint", show);
    tools.hidden = false;
    show();
    setTimeout(warm, 0, 0);
  };

  for (const box of document.querySelectorAll("[data-listing]")) {
    try {
      listing(box);
    } finally {
      box.classList.add("ready");
    }
  }
})();

// Replacements and questions are open in print; long lists of owners are not.
(() => {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".targets details:not([open]), .legend:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
})();

// Days left: only the page asks a clock, the file does not depend on one.
(() => {
  const line = document.querySelector(".countdown");
  if (!line) return;
  const [year, month, day] = line.dataset.day.split("-").map(Number);
  const now = new Date();
  const days = Math.round((Date.UTC(year, month - 1, day) - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 86_400_000);
  const count = (number) => `${number} ${number === 1 ? "day" : "days"}`;
  line.textContent = days > 0 ? `${count(days)} left` : days === 0 ? "in effect from today" : `in effect for ${count(-days)}`;
  line.hidden = false;
})();
