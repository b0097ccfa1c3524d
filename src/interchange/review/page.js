// Decisions about the codes of the page: made with buttons and keys, kept in this browser, saved as a table and loaded
// again. The page is complete without it.
(() => {
  const STATUSES = ["accept", "choose", "reject", "ask"];
  const WORDS = { accept: "accepted", choose: "one of several", reject: "rejected" };
  const COLUMNS = ["source", "target", "status", "note", "who", "when", "releases", "item"];
  // Items whose text is collected without a pause.
  const BREATH = 200;
  // Milliseconds before changes are kept, so that a key does not wait for it.
  const PAUSE = 300;

  const { releases, list, decided: before, owner, file: fileName } = document.body.dataset;
  const KEPT = ["codeset review", releases, list, before, owner].join(" ");
  const NAME = "codeset review name";
  const SINGLE = "codeset review single keys";

  const find = (id) => document.getElementById(id);
  const [who, search, message, progress] = ["who", "search", "message", "progress"].map(find);
  const bar = document.querySelector(".bar progress");
  const groups = [...document.querySelectorAll(".group")];

  const number = (value) => value.toLocaleString("en-US");
  const counted = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;
  const plain = (code) => code.replace(/[.\s]/g, "").toUpperCase();
  const oneLine = (text) => text.replace(/\s+/g, " ").trim();
  const today = () => {
    const now = new Date();
    const two = (part) => String(part).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };

  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (text, act, properties = {}) => {
    const made = make("button", { type: "button", textContent: text, ...properties });
    made.addEventListener("click", act);
    return made;
  };

  // ---- Codes and their decisions -------------------------------------------------------------------------------

  // The decisions about a code: `rows` has one for each target, under the target as people write it. The one without a
  // target is "no replacement" or a question.
  const NOTHING = { rows: new Map(), note: "" };

  const started = (box) => {
    const rows = new Map();
    for (const row of JSON.parse(box.dataset.decisions || "[]")) {
      rows.set(row.target, { status: row.status, note: row.note, who: row.who, when: row.when });
    }
    const note = [...rows.values()].map((row) => row.note).find(Boolean) ?? "";
    return rows.size ? { rows, note } : NOTHING;
  };

  const items = [...document.querySelectorAll(".item")].map((box, at) => ({
    at,
    box,
    summary: box.firstElementChild,
    label: box.querySelector(".state"),
    code: box.dataset.code,
    display: box.dataset.display,
    digest: box.dataset.item,
    releases: box.dataset.releases,
    task: box.dataset.task,
    owners: JSON.parse(box.dataset.owners || "[]"),
    needs: "needs" in box.dataset,
    decided: started(box),
    asks: false,
    all: null,
    text: null,
    actions: null,
  }));
  // Two code sets may have the same code, so the releases are a part of its name.
  const keyOf = (of, code) => `${of} ${plain(code)}`;
  const byCode = new Map(
    items.flatMap((item) => [item.code, item.display].map((code) => [keyOf(item.releases, code), item])),
  );
  const known = new Set(items.map((item) => item.releases));
  const itemOf = (element) => items[order.get(element?.closest?.(".item"))];
  const order = new Map(items.map((item) => [item.box, item.at]));

  const candidates = (item) =>
    (item.all ??= [...item.box.querySelectorAll(".candidate")].map((box) => ({
      box,
      code: box.dataset.code,
      display: box.dataset.display,
      act: null,
    })));

  const targetsWith = ({ rows }, status) =>
    [...rows].filter(([target, row]) => target !== "" && row.status === status).map(([target]) => target);

  // What was decided, in a word for filters and a sentence for people.
  const stateOf = (item) => {
    const { rows } = item.decided;
    const [accepted, chosen, rejected] = ["accept", "choose", "reject"].map((status) =>
      targetsWith(item.decided, status),
    );
    const without = rows.get("")?.status;
    if (accepted.length + chosen.length > 0) {
      const parts = [];
      if (accepted.length > 0) parts.push(`Accepted: ${accepted.join(", ")}`);
      if (chosen.length > 0) parts.push(`${chosen.length > 1 ? "Choose among" : "Choose"}: ${chosen.join(", ")}`);
      return ["decided", parts.join("; ")];
    }
    if (without === "reject") return ["decided", "No replacement"];
    if (without === "ask") return ["asked", "Asked"];
    if (item.asks) return ["undecided", "Write your question"];
    if (rejected.length > 0) return ["undecided", `Undecided, ${number(rejected.length)} rejected`];
    return ["undecided", item.needs ? "Undecided" : "Official replacement"];
  };

  const showItem = (item) => {
    const [state, text] = stateOf(item);
    const { rows, note } = item.decided;
    item.state = state;
    item.box.dataset.state = state;
    item.box.toggleAttribute("data-none", rows.get("")?.status === "reject");
    item.label.textContent = text;
    if (item.all === null && rows.size === 0) return;
    for (const candidate of candidates(item)) {
      const status = rows.get(candidate.display)?.status;
      for (const one of STATUSES) candidate.box.classList.toggle(`is-${one}`, one === status);
      candidate.act?.forEach(([one, pressed]) => pressed.setAttribute("aria-pressed", String(one === status)));
    }
    if (!item.actions) return;
    const without = rows.get("")?.status;
    item.actions.none.setAttribute("aria-pressed", String(without === "reject"));
    item.actions.ask.setAttribute("aria-pressed", String(without === "ask"));
    item.actions.clear.disabled = rows.size === 0 && note === "" && !item.asks;
    if (item.actions.note.value !== note && document.activeElement !== item.actions.note) item.actions.note.value = note;
    item.actions.hint.textContent = item.asks
      ? "Write the question above and press Enter."
      : note !== "" && rows.size === 0
        ? "The note is saved with a decision or a question."
        : "";
    const others = [...rows].filter(([target]) => target !== "" && !candidates(item).some((one) => one.display === target));
    item.actions.others.replaceChildren(
      ...others.map(([target, { status }]) => {
        const words = `Another code, ${WORDS[status]}: ${target}`;
        return make("li", {}, words, button("Withdraw", () => withdraw(item, target), { ariaLabel: `Withdraw ${target}` }));
      }),
    );
  };

  const showProgress = () => {
    const asked = items.filter((item) => item.state === "asked").length;
    const open = items.filter((item) => item.needs);
    const decided = open.filter((item) => item.state === "decided").length;
    progress.textContent =
      `${number(decided)} of ${number(open.length)} decided` + (asked > 0 ? `, ${number(asked)} asked` : "");
    bar.max = Math.max(open.length, 1);
    bar.value = decided;
    find("undo").disabled = past.length === 0;
  };

  // What only screen readers need, because it is next to the message: the progress.
  const say = (text, isBad = false, unseen = "") => {
    message.replaceChildren(text, make("span", { className: "vh", textContent: unseen }));
    message.classList.toggle("bad", isBad);
  };

  // ---- Changes and undo ----------------------------------------------------------------------------------------

  const past = [];
  let isUnsaved = false;

  // Makes changes that one undo takes back: pairs of an item and its decisions.
  const change = (changes, text) => {
    past.push(changes.map(([item]) => [item, item.decided]));
    for (const [item, decided] of changes) put(item, decided);
    changed(text);
  };
  const put = (item, decided) => {
    item.decided = decided;
    item.asks = false;
    showItem(item);
  };
  const changed = (text) => {
    isUnsaved = true;
    showProgress();
    say(text, false, ` ${progress.textContent}.`);
    keep();
  };
  const undo = () => {
    const changes = past.pop();
    if (!changes) return say("There is nothing to undo.");
    for (const [item, decided] of changes) put(item, decided);
    changed(`Undone: ${changes.length === 1 ? changes[0][0].display : counted(changes.length, "code", "codes")}.`);
    if (changes.length === 1) focusOn(changes[0][0]);
  };

  // Without a name yet, `who` is null, and the name fills it in.
  const row = (status, note) => ({ status, note, who: oneLine(who.value) || null, when: today() });

  const decide = (item, act, text) => {
    const rows = new Map(item.decided.rows);
    act(rows, item.decided.note);
    change([[item, { rows, note: item.decided.note }]], `${item.display}: ${text}.`);
  };
  const drop = (rows, ...statuses) => {
    for (const [target, { status }] of rows) if (target === "" || statuses.includes(status)) rows.delete(target);
  };

  const accept = (item, { display }) => {
    if (item.decided.rows.get(display)?.status === "accept") return withdraw(item, display);
    decide(
      item,
      (rows, note) => {
        drop(rows, "accept", "choose");
        rows.set(display, row("accept", note));
      },
      `${display} accepted`,
    );
  };
  const choose = (item, { display }) => {
    if (item.decided.rows.get(display)?.status === "choose") return withdraw(item, display);
    decide(
      item,
      (rows, note) => {
        drop(rows);
        // The one that was accepted so far becomes one of several.
        for (const [target, { status }] of rows) if (status === "accept") rows.set(target, row("choose", note));
        rows.set(display, row("choose", note));
      },
      `${display} is one to choose from`,
    );
  };
  const reject = (item, { display }) => {
    if (item.decided.rows.get(display)?.status === "reject") return withdraw(item, display);
    decide(
      item,
      (rows, note) => {
        if (rows.get("")?.status === "reject") rows.delete("");
        rows.set(display, row("reject", note));
      },
      `${display} rejected`,
    );
  };
  const withdraw = (item, target) => decide(item, (rows) => rows.delete(target), `${target || "the answer"} withdrawn`);
  const none = (item) => {
    if (item.decided.rows.get("")?.status === "reject") return withdraw(item, "");
    decide(
      item,
      (rows, note) => {
        rows.clear();
        rows.set("", row("reject", note));
      },
      "no replacement",
    );
  };
  const ask = (item) => {
    if (item.decided.rows.get("")?.status === "ask") return withdraw(item, "");
    open(item);
    if (item.decided.note === "") {
      item.asks = true;
      showItem(item);
      say(`${item.display}: write your question in the note.`);
      item.actions.note.focus();
      return;
    }
    askNow(item, item.decided.note);
  };
  const askNow = (item, note) => {
    const rows = new Map(item.decided.rows);
    drop(rows, "accept", "choose");
    rows.set("", row("ask", note));
    change([[item, { rows, note }]], `${item.display}: asked.`);
  };
  const clear = (item) => {
    if (item.decided.rows.size === 0 && item.decided.note === "" && !item.asks) return;
    change([[item, NOTHING]], `${item.display}: cleared.`);
  };
  const setNote = (item, text) => {
    const note = oneLine(text);
    if (item.asks && note !== "") return askNow(item, note);
    if (item.asks) {
      item.asks = false;
      return showItem(item);
    }
    if (note === item.decided.note) return;
    const rows = new Map();
    for (const [target, old] of item.decided.rows) {
      // An empty question cannot be asked.
      if (old.status !== "ask" || note !== "") rows.set(target, row(old.status, note));
    }
    change([[item, { rows, note }]], `${item.display}: note changed.`);
  };

  // ---- The open code -------------------------------------------------------------------------------------------

  let current = null;
  let opened = null;

  const build = (item) => {
    if (item.actions) return;
    item.text ??= textOf(item);
    candidates(item).forEach((candidate, at) => {
      const name = candidate.display;
      const one = (status, text, act, words) => [
        status,
        button(text, () => act(item, candidate), { ariaLabel: words, ariaPressed: "false" }),
      ];
      candidate.act = [
        one("accept", "Accept", accept, `Accept ${name}`),
        one("choose", "One of several", choose, `One of several: ${name}`),
        one("reject", "Reject", reject, `Reject ${name}`),
      ];
      candidate.box.append(make("div", { className: "act" }, ...candidate.act.map(([, made]) => made)));
      if (at < 9) candidate.act[0][1].setAttribute("aria-keyshortcuts", String(at + 1));
    });
    const note = make("textarea", { rows: 2, maxLength: 1000 });
    note.addEventListener("change", () => setNote(item, note.value));
    const another = make("input", { type: "text", autocomplete: "off", spellcheck: false, maxLength: 20 });
    const useAnother = () => {
      const code = plain(another.value);
      if (code === "") return another.focus();
      if (!/^[0-9A-Z]+$/.test(code)) return say(`${another.value} is not a code.`, true);
      const known = candidates(item).find((one) => plain(one.code) === code || plain(one.display) === code);
      accept(item, known ?? { display: another.value.trim().toUpperCase() });
      another.value = "";
    };
    another.addEventListener("keydown", (event) => event.key === "Enter" && useAnother());
    const actions = {
      none: button("No replacement", () => none(item), { ariaPressed: "false" }),
      ask: button("Ask", () => ask(item), { ariaPressed: "false" }),
      clear: button("Clear", () => clear(item)),
      note,
      hint: make("p", { className: "hint" }),
      others: make("ul", { className: "others" }),
    };
    actions.none.setAttribute("aria-keyshortcuts", "n");
    actions.ask.setAttribute("aria-keyshortcuts", "a");
    item.actions = actions;
    const field = make("label", { className: "field" }, make("span", { textContent: "Note or question" }), note);
    const other = make("label", { className: "field" }, make("span", { textContent: "Another code" }), another);
    const use = button("Accept", useAnother, { ariaLabel: "Accept another code" });
    const row = make("div", { className: "row" }, actions.none, actions.ask, actions.clear);
    const buttons = make("div", { className: "another" }, row, make("div", { className: "another" }, other, use));
    const group = make("div", { className: "actions" }, actions.others, buttons, field, actions.hint);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Decide ${item.display}`);
    item.box.querySelector(".choices").append(group);
    showItem(item);
  };
  const open = (item) => {
    build(item);
    item.box.open = true;
    if (opened && opened !== item) opened.box.open = false;
    opened = item;
    mark(item);
  };
  const close = (item) => {
    item.box.open = false;
    if (opened === item) opened = null;
  };
  const mark = (item) => {
    current = item;
  };
  const focusOn = (item) => {
    if (item.box.hidden) return;
    mark(item);
    item.summary.focus({ preventScroll: true });
    item.box.scrollIntoView({ block: item.box.open ? "start" : "nearest" });
  };
  const step = (by) => {
    const from = current ? current.at + by : by > 0 ? 0 : items.length - 1;
    for (let at = from; at >= 0 && at < items.length; at += by) {
      const item = items[at];
      if (item.box.hidden) continue;
      if (opened) open(item);
      return focusOn(item);
    }
    say(by > 0 ? "This is the last code." : "This is the first code.");
  };

  document.addEventListener("focusin", (event) => {
    const item = itemOf(event.target);
    if (item) mark(item);
  });
  for (const item of items) {
    item.box.addEventListener("toggle", () => {
      if (isPrinting) return;
      if (item.box.open && opened !== item) open(item);
      else if (!item.box.open && opened === item) opened = null;
    });
  }

  // ---- Search and filters --------------------------------------------------------------------------------------

  const textOf = (item) => sought(item.summary) + "\n" + sought(item.box.querySelector(".matter"));
  const warm = (from) => {
    for (const item of items.slice(from, from + BREATH)) item.text ??= textOf(item);
    if (from + BREATH < items.length) setTimeout(warm, 0, from + BREATH);
  };
  const filter = () => {
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    const state = document.querySelector("[name=state]:checked").value;
    const [task, department] = ["task", "owner"].map((id) => find(id)?.value ?? "");
    let shown = 0;
    for (const item of items) {
      const fits =
        (state === "" || item.state === state) &&
        (task === "" || item.task === task) &&
        (department === "" || item.owners.includes(department)) &&
        words.every((word) => (item.text ??= textOf(item)).includes(word));
      if (item.box.hidden === fits) item.box.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) group.hidden = !group.querySelector(".item:not([hidden])");
    find("count").textContent = shown === items.length ? "" : `${number(shown)} of ${counted(items.length, "code", "codes")}`;
    if (current?.box.hidden) current = null;
  };

  // ---- Kept in the browser -------------------------------------------------------------------------------------

  let waiting = 0;
  let keeps = true;

  const stored = (act) => {
    try {
      return act(localStorage);
    } catch {
      // Browsers may refuse it for files. Decisions then live as long as the page, and the page says so.
      keeps = false;
      return null;
    }
  };
  const keepNow = () => {
    clearTimeout(waiting);
    const all = items
      .filter((item) => item.decided !== NOTHING || item.box.dataset.decisions)
      .map((item) => [keyOf(item.releases, item.code), item.decided.note, [...item.decided.rows]]);
    stored((storage) => storage.setItem(KEPT, JSON.stringify({ isUnsaved, all })));
  };
  const keep = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keepNow, PAUSE);
  };
  const restore = () => {
    const text = stored((storage) => storage.getItem(KEPT));
    if (!text) return 0;
    const kept = JSON.parse(text);
    for (const [key, note, rows] of kept.all) {
      const item = byCode.get(key);
      if (item) item.decided = rows.length || note ? { rows: new Map(rows), note } : NOTHING;
    }
    isUnsaved = kept.isUnsaved;
    return kept.all.filter(([, , rows]) => rows.length > 0).length;
  };

  // ---- Saved as a table ----------------------------------------------------------------------------------------

  // As in every table of codeset: no cell runs as a formula, and a cell is one line.
  const guarded = (text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
  const unguarded = (text) => (/^'[=+\-@\t\r\n]/.test(text) ? text.slice(1) : text);
  const cell = (text) => `"${guarded(text).replaceAll('"', '""')}"`;

  const rowsToSave = (item) => {
    const places = new Map(candidates(item).map(({ display }, at) => [display, at]));
    const place = ([target]) => places.get(target) ?? (target === "" ? Infinity : places.size);
    const sorted = [...item.decided.rows].sort((a, b) => place(a) - place(b) || (a[0] < b[0] ? -1 : 1));
    return sorted.map(([target, { status, note, who, when }]) =>
      [item.display, target, status, note, who ?? "", when, item.releases, item.digest],
    );
  };
  const table = () => {
    const rows = [COLUMNS, ...items.filter((item) => item.decided.rows.size > 0).flatMap(rowsToSave)];
    return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
  };
  const named = () => {
    const name = oneLine(who.value);
    if (name === "") return;
    for (const item of items) {
      if (![...item.decided.rows.values()].some((row) => row.who === null)) continue;
      const rows = [...item.decided.rows].map(([target, row]) => [target, { ...row, who: row.who ?? name }]);
      item.decided = { ...item.decided, rows: new Map(rows) };
    }
    stored((storage) => storage.setItem(NAME, name));
    keep();
  };
  // A note that is still being written is part of it.
  const finishField = () => {
    const field = document.activeElement;
    if (!isField(field)) return;
    field.blur();
    field.focus({ preventScroll: true });
  };
  const save = () => {
    finishField();
    const isNameless = items.some((item) => [...item.decided.rows.values()].some((row) => row.who === null));
    if (isNameless) {
      say("Enter your name first: it is saved with each decision.", true);
      who.focus();
      who.scrollIntoView({ block: "center" });
      return;
    }
    const saved = items.filter((item) => item.decided.rows.size > 0).length;
    if (saved === 0) return say("There is nothing to save yet.");
    const address = URL.createObjectURL(new Blob(["\ufeff", table()], { type: "text/csv;charset=utf-8" }));
    const link = make("a", { href: address, download: fileName });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    isUnsaved = false;
    keepNow();
    say(`${counted(saved, "code", "codes")} saved in ${fileName}. Send the file to the person who sent you this page.`);
  };

  // ---- Loaded from a table -------------------------------------------------------------------------------------

  const decode = (bytes) => {
    const [first, second] = bytes;
    if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  };
  // Splits a table into rows of cells: RFC 4180, with the separator of its first line.
  const cellsOf = (text) => {
    const first = text.split(/\r?\n|\r/, 1)[0];
    const separator = [",", ";", "\t"].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best));
    const rows = [];
    let row = [];
    let cell = "";
    let quoted = false;
    const endCell = () => {
      row.push(cell);
      cell = "";
    };
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at];
      if (quoted) {
        if (char !== '"') cell += char;
        else if (text[at + 1] === '"') cell += text[(at += 1)];
        else quoted = false;
      } else if (char === '"' && cell === "") quoted = true;
      else if (char === separator) endCell();
      else if (char === "\n" || char === "\r") {
        if (char === "\r" && text[at + 1] === "\n") at += 1;
        endCell();
        rows.push(row);
        row = [];
      } else cell += char;
    }
    if (cell !== "" || row.length > 0) {
      endCell();
      rows.push(row);
    }
    return rows;
  };

  // Reads a table: what it decides by item, and what was not loaded and why.
  const read = (text) => {
    const [titles = [], ...rows] = cellsOf(text.replace(/^\ufeff/, ""));
    const places = titles.map((title) => title.trim().toLowerCase());
    const columns = COLUMNS.map((title) => places.indexOf(title === "source" && !places.includes(title) ? "code" : title));
    const missing = ["source", "target", "status", "releases", "item"].filter((title) => columns[COLUMNS.indexOf(title)] < 0);
    if (missing.length > 0) {
      return { decided: new Map(), refused: [`The file has no column ${missing.join(", ")}: it was not saved by this page.`] };
    }
    const decided = new Map();
    const refused = [];
    const left = new Set();
    let others = 0;
    rows.forEach((cells, at) => {
      const [source, target, word, note, name, when, of, digest] = columns.map((column) =>
        unguarded(cells[column] ?? "").trim(),
      );
      if (word === "") return;
      const place = `Row ${number(at + 2)}, ${source || "without a code"}`;
      const status = word.toLowerCase();
      const item = byCode.get(keyOf(of, source));
      const refuse = (why) => {
        refused.push(`${place}: ${why}`);
        if (item) left.add(item);
      };
      if (!known.has(of)) {
        others += 1;
        return;
      }
      if (!item) return refuse("not in this list.");
      if (digest !== item.digest) return refuse("changed since: its description or its candidates are not the same any longer. Decide again.");
      if (!STATUSES.includes(status)) return refuse(`the status "${word}" is not one of ${STATUSES.join(", ")}.`);
      if (target === "" && (status === "accept" || status === "choose")) return refuse(`no target to ${status}.`);
      if (target !== "" && status === "ask") return refuse("a question has no target.");
      if (note === "" && status === "ask") return refuse("the question is empty: it belongs in the column note.");
      const candidate = candidates(item).find((one) => [one.code, one.display].some((code) => plain(code) === plain(target)));
      const rows = decided.get(item) ?? new Map();
      const key = candidate?.display ?? target;
      if (rows.has(key) && rows.get(key).status !== status) return refuse("decided in two ways.");
      if (!rows.has(key)) rows.set(key, { status, note: oneLine(note), who: name, when });
      decided.set(item, rows);
    });
    // Part of what was decided about a code would be another decision.
    for (const item of left) decided.delete(item);
    if (others > 0) {
      refused.unshift(`${counted(others, "row is", "rows are")} for other releases than this page: nothing was loaded from ${others === 1 ? "it" : "them"}. Open the page that they were made with.`);
    }
    return { decided, refused };
  };

  const isSame = (a, b) => JSON.stringify([...a.rows]) === JSON.stringify([...b.rows]);
  const load = (text, name) => {
    const { decided, refused } = read(text);
    const changes = [];
    let replaced = 0;
    for (const item of items) {
      if (!decided.has(item)) continue;
      const rows = decided.get(item);
      const next = { rows, note: [...rows.values()].map((row) => row.note).find(Boolean) ?? "" };
      if (isSame(item.decided, next)) continue;
      if (item.decided.rows.size > 0) replaced += 1;
      changes.push([item, next]);
    }
    const wasUnsaved = isUnsaved || items.some((item) => item.decided.rows.size > 0);
    if (changes.length > 0) change(changes, `${counted(changes.length, "code", "codes")} loaded.`);
    isUnsaved = changes.length > 0 ? wasUnsaved || refused.length > 0 : isUnsaved;
    const box = find("loaded");
    const same = decided.size - changes.length;
    const title = `${counted(decided.size, "code", "codes")} loaded from ${name}` + (refused.length > 0 ? `, ${counted(refused.length, "problem", "problems")}` : "");
    box.querySelector("h2").textContent = title;
    const notes = [
      same > 0 && `${counted(same, "code was", "codes were")} decided in the same way already.`,
      replaced > 0 && `${counted(replaced, "decision", "decisions")} on this page changed; undo takes the file back.`,
      ...refused,
    ];
    box.querySelector("ul").replaceChildren(...notes.filter(Boolean).map((textContent) => make("li", { textContent })));
    box.hidden = false;
    filter();
    box.focus();
    say(`${title}.`, refused.length > 0, ` ${progress.textContent}.`);
    keep();
  };

  // ---- Keys ----------------------------------------------------------------------------------------------------

  let rejects = false;

  const isField = (element) => element.matches?.("input, textarea, select");
  const candidateAt = (item, key) => {
    const candidate = candidates(item)[Number(key) - 1];
    if (!candidate) say(`${item.display} has ${counted(candidates(item).length, "candidate", "candidates")}.`);
    return candidate;
  };
  const withItem = (act) => () => {
    const item = current ?? opened;
    if (!item) return say("Go to a code first, with j or the arrow keys.");
    act(item);
  };
  const startReject = withItem((item) => {
    const all = candidates(item);
    const focused = all.find(({ box }) => box.contains(document.activeElement));
    open(item);
    if (focused || all.length === 1) return reject(item, focused ?? all[0]);
    if (all.length === 0) return say(`${item.display} has no candidate.`);
    rejects = true;
    say("Reject which candidate? Press its number.");
  });
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    o: withItem((item) => (item.box.open ? close(item) : open(item))),
    n: withItem((item) => (open(item), none(item))),
    a: withItem(ask),
    c: withItem(clear),
    x: startReject,
    u: undo,
    s: save,
    "/": () => search.focus(),
    "?": () => find("keys").showModal(),
  };
  const digit = (event) => /^Digit[1-9]$/.test(event.code) ? event.code[5] : /^[1-9]$/.test(event.key) ? event.key : null;

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.isComposing || find("keys").open) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z" && !event.shiftKey && !isField(target)) {
      event.preventDefault();
      return undo();
    }
    if (isField(target)) {
      // A note is one line, so Enter ends it.
      if (itemOf(target) && (key === "Escape" || (key === "Enter" && target.matches("textarea")))) {
        event.preventDefault();
        focusOn(itemOf(target));
      }
      if (key === "Enter" && target === search) {
        event.preventDefault();
        current = null;
        step(1);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !find("single").checked) return;
    const wanted = digit(event);
    const isRejecting = rejects;
    if (key !== "Shift") rejects = false;
    if (wanted) {
      event.preventDefault();
      withItem((item) => {
        const candidate = candidateAt(item, wanted);
        if (!candidate) return;
        open(item);
        (isRejecting ? reject : event.shiftKey ? choose : accept)(item, candidate);
      })();
    } else if (key === "Enter" && target === document.body && current) {
      open(current);
      focusOn(current);
    } else if (Object.hasOwn(KEYS, key)) {
      event.preventDefault();
      KEYS[key]();
    }
  });

  // ---- The page ------------------------------------------------------------------------------------------------

  who.addEventListener("change", named);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.form.addEventListener("input", filter);
  find("undo").addEventListener("click", undo);
  for (const id of ["save", "save-first"]) find(id).addEventListener("click", save);
  find("help").addEventListener("click", KEYS["?"]);
  find("start").addEventListener("click", () => {
    const first = items.find((item) => item.needs && item.state === "undecided" && !item.box.hidden) ?? items[0];
    if (!first) return;
    open(first);
    focusOn(first);
  });
  find("load").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    load(decode(new Uint8Array(await file.arrayBuffer())), file.name);
    target.value = "";
  });
  find("loaded").querySelector("button").addEventListener("click", () => {
    find("loaded").hidden = true;
    find("load").focus();
  });
  find("single").addEventListener("change", ({ target }) => {
    stored((storage) => storage.setItem(SINGLE, target.checked ? "on" : "off"));
  });
  addEventListener("beforeunload", (event) => {
    finishField();
    if (isUnsaved) event.preventDefault();
  });
  addEventListener("pagehide", keepNow);
  addEventListener("storage", ({ key }) => {
    if (key === KEPT) say("This page was changed in another window. Reload it to continue from there.", true);
  });
  // Print shows every code that the filters leave, open.
  let closed = [];
  let isPrinting = false;
  addEventListener("beforeprint", () => {
    isPrinting = true;
    closed = items.filter((item) => !item.box.open);
    for (const item of closed) item.box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of closed) item.box.open = false;
    // Events about what was opened are still on their way.
    setTimeout(() => (isPrinting = false));
  });

  const restored = restore();
  who.value = stored((storage) => storage.getItem(NAME)) ?? "";
  find("single").checked = stored((storage) => storage.getItem(SINGLE)) !== "off";
  for (const item of items) {
    item.box.open = false;
    showItem(item);
  }
  showProgress();
  for (const part of document.querySelectorAll(".steps, .bar, main > .tools")) part.hidden = false;
  if (restored > 0) say(`${counted(restored, "code", "codes")} decided here before.`);
  if (!keeps) say("This browser does not keep decisions: save them before you close the page.");
  document.body.classList.add("ready");
  setTimeout(warm, 0, 0);
})();
