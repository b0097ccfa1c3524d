// The page: what was dropped goes to a worker that runs codeset, and what codeset writes is shown and saved.
// PROGRAM and LICENSES (packed and in base64) and WORKER (the text of the worker's script) are written in front of this.

const find = (id) => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const button = (text, act, properties = {}) => {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", act);
  return made;
};
const sizeOf = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
const lastName = (path) => path.split("/").at(-1);

// ---- The worker ---------------------------------------------------------------------------------------------------

const dropped = new Map();
const decisions = new Map();
let made = new Map();
let worker = null;
let asked = 0;
const waiting = new Map();

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const ask = (action, details = {}) =>
  new Promise((resolve, reject) => {
    const number = ++asked;
    waiting.set(number, { resolve, reject, onRead: details.onRead });
    delete details.onRead;
    worker.postMessage({ number, action, ...details });
  });

const start = () => {
  const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onmessage = ({ data: { number, read, done, failed } }) => {
    const one = waiting.get(number);
    if (read !== undefined) return one?.onRead?.(read);
    waiting.delete(number);
    if (failed === undefined) one?.resolve(done);
    else one?.reject(new Error(failed));
  };
  worker.onerror = (event) => {
    for (const one of waiting.values()) one.reject(new Error(event.message));
    waiting.clear();
  };
  return ask("load", { packed: bytesOf(PROGRAM) });
};
let loaded = start();

// The files of the next command: what was dropped, without the results of earlier ones.
const put = async () => {
  await loaded;
  await ask("put", { files: [...dropped, ...decisions] });
};

// Whatever runs is given up; files and settings stay.
const restart = () => {
  worker.terminate();
  for (const one of waiting.values()) one.reject(new Stopped());
  waiting.clear();
  loaded = start();
  return put();
};
class Stopped extends Error {}

// ---- Running ------------------------------------------------------------------------------------------------------

let log = "";
const say = (text, isBad = false) => {
  find("state").textContent = text;
  find("state").classList.toggle("bad", isBad);
};

// Runs a command; what it prints for people is kept under Messages.
const run = async (args, isQuiet = false) => {
  await loaded;
  const total = [...dropped.values()].reduce((sum, blob) => sum + blob.size, 1);
  let sum = 0;
  const bar = find("bar");
  bar.removeAttribute("value");
  const result = await ask("run", {
    args,
    onRead: (count) => {
      sum += count;
      bar.value = Math.min(0.98, sum / total);
    },
  });
  if (!isQuiet) {
    log += `> codeset ${args.map(quoted).join(" ")}\n${result.stderr}${result.stderr && "\n"}`;
    find("messages").querySelector("pre").textContent = log;
    find("messages").hidden = false;
  }
  made = new Map(result.files.filter(([path]) => path !== TOML));
  settings = result.files.find(([path]) => path === TOML)?.[1] ?? dropped.get(TOML) ?? null;
  return result;
};

let busy = Promise.resolve();
// One thing at a time; a stop ends it without a message of an error.
const work = (act) => {
  busy = busy.then(async () => {
    find("working").hidden = false;
    for (const one of document.querySelectorAll("main button:not(#stop)")) one.disabled = true;
    try {
      await act();
    } catch (error) {
      if (error instanceof Stopped) say("Stopped. Your files are still here.");
      else {
        say(`codeset could not go on: ${error.message}\nThis is an error of the program. Your files are unchanged.`, true);
        await restart().catch(() => say(`This browser cannot run codeset: ${error.message}`, true));
      }
    } finally {
      find("working").hidden = true;
      for (const one of document.querySelectorAll("main button:not(#stop)")) one.disabled = false;
      showResults();
      (firstOf() ? find("next") : find("state")).scrollIntoView({ block: "nearest" });
    }
  });
  return busy;
};

// The first error of a message, without colors and places.
const errorOf = ({ stderr }) => {
  const lines = stderr.split("\n");
  const at = lines.findIndex((line) => line.startsWith("error"));
  if (at < 0) return "";
  const hint = lines.slice(at + 1).find((line) => line.includes("= help: "));
  return lines[at].replace(/^error(\[.*?\])?: /, "") + (hint ? `\n${hint.split("= help: ")[1]}` : "");
};

const quoted = (arg) => (/^[\w@.\/:=-]+$/.test(arg) ? arg : `"${arg}"`);
const split = (line) => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? found[3]);

// ---- What codeset.toml says about the files -----------------------------------------------------------------------

const TOML = "codeset.toml";
let settings = null;

// The lines of codeset.toml that name files: [section, key, names].
const named = (text) => {
  const lines = [];
  let section = "";
  for (const line of text.split("\n")) {
    section = /^\[+([^\]]+)\]/.exec(line)?.[1] ?? section;
    const [, key, value] = /^([\w-]+) = (.*)$/.exec(line) ?? [];
    if (key) lines.push([section, key, [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([text]) => JSON.parse(text))]);
  }
  return lines;
};

const ROLES = [
  [/^sets\./, "old", "Older release"],
  [/^sets\./, "new", "Newer release"],
  [/^sets\./, "tables", "Conversion table"],
  [/^sets\./, "guidelines", "Guidelines"],
  [/^usage/, "files", "Codes you use"],
  [/^usage/, "path", "Codes you use"],
  [/^lists/, "paths", "List of codes"],
  [/^attributes/, "old", "Attribute, older list"],
  [/^attributes/, "new", "Attribute, newer list"],
];

const roles = (lines) => {
  const found = new Map();
  for (const [section, key, names] of lines) {
    const role = ROLES.find(([room, word]) => room.test(section) && word === key);
    if (role) for (const name of names) found.set(name, role[2]);
  }
  return found;
};

// Releases, tables and usage as arguments of the commands that compare.
const compared = (lines) => {
  const names = (room, key) => lines.filter(([section, one]) => room.test(section) && one === key).flatMap(([, , all]) => all);
  const [old] = names(/^sets\./, "old");
  const [fresh] = names(/^sets\./, "new");
  const maps = names(/^sets\./, "tables").flatMap((name) => ["--map", name]);
  const usage = [...names(/^usage/, "files"), ...names(/^usage/, "path")].flatMap((name) => ["--usage", name]);
  return old && fresh ? { old, fresh, maps, usage } : null;
};

// ---- Files --------------------------------------------------------------------------------------------------------

const notes = new Map();

const showFiles = (found = new Map()) => {
  find("files").hidden = dropped.size === 0;
  find("files").tBodies[0].replaceChildren(
    ...[...dropped].map(([name, blob]) => {
      const role = name === TOML ? "Settings" : found.get(name);
      const remove = button("Remove", () => work(() => drop(name)), { ariaLabel: `Remove ${name}` });
      return make(
        "tr",
        {},
        make("td", {}, make("code", { textContent: name })),
        make("td", { textContent: sizeOf(blob.size) }),
        make("td", { textContent: role ?? notes.get(name) ?? "", className: role ? "" : "none" }),
        make("td", {}, remove),
      );
    }),
  );
};

const drop = (name) => {
  dropped.delete(name);
  return look();
};

const add = (files) =>
  work(() => {
    for (const file of files) dropped.set(file.name, file);
    return look();
  });

// Looks at all files and goes as far as they allow.
const look = async () => {
  say("Looking at your files");
  notes.clear();
  showFiles();
  await put();
  if (!dropped.has(TOML)) {
    const { code, stderr } = await run(["init"]);
    if (code !== 0 && code !== 3) return say(errorOf({ stderr }) || stderr, true);
  }
  await prepare();
};

const prepare = async () => {
  const text = settings ? await settings.text() : "";
  find("toml").value = text;
  find("settings").hidden = text === "";
  const lines = named(text);
  const found = roles(lines);
  for (const name of dropped.keys()) {
    if (found.has(name) || name === TOML) continue;
    // The message of the command line for a file that is neither a release nor a table of codes.
    notes.set(name, `Not used. ${errorOf(await run(["diff", name, name], true)) || "codeset.toml does not name it"}`);
  }
  showFiles(found);
  const sides = compared(lines);
  showReports(sides);
  // What is wrong with settings of the user's own, codeset says itself.
  const isOwn = dropped.has(TOML);
  if (!sides && !isOwn) return say(`Add the ${lines.some(([, key]) => key === "new") && found.size ? "other" : "older and the newer"} release.`);
  if (!isOwn && sides.usage.length === 0) {
    say("Comparing the releases");
    const result = await run(["diff", sides.old, sides.fresh, "-o", "changes.html"]);
    if (result.code > 1 && result.code !== 3) return say(errorOf(result), true);
    return say("The releases are compared. Add a file of the codes you use to see what the changes mean for you.");
  }
  say("Preparing");
  const begun = performance.now();
  const result = await run(["prepare"]);
  if (result.code === 2) return say(errorOf(result), true);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const summary = result.stdout.split("\n")[0];
  say(`${summary}${result.code === 3 ? "\nA part of the input could not be read: see Messages." : ""}`);
  find("state").dataset.seconds = seconds;
};

// ---- Results ------------------------------------------------------------------------------------------------------

const GROUPS = [
  ["Start here", (path) => /^prepare-[^/]*\/index\.html$/.test(path) || path === "changes.html"],
  ["To decide", (path) => /\/(review|worklist)-[^/]*$/.test(path)],
  ["For executives and physicians", (path) => /\/summary[^/]*$/.test(path)],
  ["Course", (path) => path.includes("/course/")],
  ["Reports and data", () => true],
];
// The page to read first.
const firstOf = () => [...made.keys()].find(GROUPS[0][1]);
const isShown = (path) => /\.(html|md|txt|csv|json|xml|gift|sql|toml)$/.test(path);

const save = (name, blob) => {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

const showResults = () => {
  find("results").hidden = made.size === 0;
  find("next").hidden = !firstOf();
  const left = new Set(made.keys());
  const parts = [];
  for (const [heading, fits] of GROUPS) {
    const paths = [...left].filter(fits);
    for (const path of paths) left.delete(path);
    if (paths.length === 0) continue;
    const rows = paths.map((path) =>
      make(
        "li",
        {},
        make("code", { textContent: path }),
        make("span", { className: "size", textContent: sizeOf(made.get(path).size) }),
        make(
          "span",
          { className: "acts" },
          ...(isShown(path) ? [button("Open", () => view(path), { className: heading === "Start here" ? "main" : "", ariaLabel: `Open ${path}` })] : []),
          button("Save", () => save(lastName(path), made.get(path)), { ariaLabel: `Save ${path}` }),
        ),
      ),
    );
    parts.push(make("h3", { textContent: heading }), make("ul", {}, ...rows));
  }
  find("made").replaceChildren(...parts);
};

// ---- The viewer: pages link to each other, and a link opens the file of that name -----------------------------------

const trail = [];
const NOTICES = "licenses.md";
let notices = null;
const contentOf = (path) => (path === NOTICES ? notices : made.get(path));

const resolve = (from, link) => {
  const names = from.split("/").slice(0, -1);
  for (const part of decodeURIComponent(link.split("#")[0]).split("/")) {
    if (part === "..") names.pop();
    else if (part !== "." && part !== "") names.push(part);
  }
  return names.join("/");
};

const view = async (path, isBack = false) => {
  const viewer = find("viewer");
  const frame = viewer.querySelector("iframe");
  if (!isBack) trail.push(path);
  viewer.querySelector("b").textContent = path;
  find("back").hidden = trail.length < 2;
  const text = await contentOf(path).text();
  const isPage = path.endsWith(".html");
  frame.onload = () => {
    const inside = frame.contentDocument;
    inside.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      const href = link?.getAttribute("href") ?? "#";
      if (/^(blob|data):/.test(href)) return;
      event.preventDefault();
      if (href.startsWith("#")) {
        inside.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView();
        return;
      }
      const target = resolve(path, href);
      if (!made.has(target)) return;
      if (isShown(target)) view(target);
      else save(lastName(target), made.get(target));
    });
    if (!isPage) inside.body.replaceChildren(Object.assign(inside.createElement("pre"), { textContent: text }));
  };
  frame.srcdoc = isPage ? text : "<!doctype html><meta charset='utf-8'><title>File</title><body></body>";
  if (!viewer.open) viewer.showModal();
};

find("back").addEventListener("click", () => {
  trail.pop();
  view(trail.at(-1), true);
});
find("keep").addEventListener("click", () => save(lastName(trail.at(-1)), contentOf(trail.at(-1))));
find("licenses").addEventListener("click", async () => {
  const unpacked = new Blob([bytesOf(LICENSES)]).stream().pipeThrough(new DecompressionStream("gzip"));
  notices ??= await new Response(unpacked).blob();
  await view(NOTICES);
});
find("close").addEventListener("click", () => find("viewer").close());
find("viewer").addEventListener("close", () => {
  trail.length = 0;
  find("viewer").querySelector("iframe").srcdoc = "";
});

// ---- More reports -------------------------------------------------------------------------------------------------

const command = (args) => {
  find("args").value = args.map(quoted).join(" ");
  return work(async () => {
    const before = new Map(made);
    const result = await run(args);
    const output = [result.stdout, result.stderr].filter(Boolean).join("\n");
    find("output").textContent = output || `Done, exit code ${result.code}`;
    find("output").hidden = false;
    say(result.code === 2 ? errorOf(result) : "Done.", result.code === 2);
    const fresh = [...made.keys()].filter((path) => path.endsWith(".html") && !before.has(path));
    if (fresh.length === 1) await view(fresh[0]);
  });
};

const showReports = (sides) => {
  find("more").hidden = !sides;
  if (!sides) return;
  const { old, fresh, maps, usage } = sides;
  const reports = [
    ["All changes", (form) => ["diff", old, fresh, "-o", `changes.${form}`]],
    ["Replacements", (form) => ["crosswalk", old, fresh, ...maps, "-o", `replacements.${form}`]],
    ...(usage.length ? [["Your codes", (form) => ["impact", old, fresh, ...maps, ...usage, "-o", `impact.${form}`]]] : []),
  ];
  const forms = [["page", "html"], ["workbook", "xlsx"], ["JSON", "json"]];
  find("reports").replaceChildren(
    ...reports.flatMap(([title, args]) => [
      make("b", { textContent: title }),
      make("span", {}, ...forms.map(([word, form]) => button(word, () => command(args(form)), { ariaLabel: `${title} as ${word}` }))),
    ]),
  );
  if (!find("args").value) find("args").value = ["lookup", "G35", "--in", old, "--in", fresh].map(quoted).join(" ");
};

// ---- Saving everything: files of a zip archive, stored ---------------------------------------------------------------

const CRC = Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte >>> 0;
});
const crcOf = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
};

const zipped = async (files) => {
  const parts = [];
  const central = [];
  let at = 0;
  for (const [path, blob] of files) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const name = new TextEncoder().encode(path);
    // Version 2.0, names in UTF-8, stored, January 1, 1980.
    const common = [20, 0x800, 0, 0, 33];
    const sizes = [crcOf(bytes), bytes.length, bytes.length];
    const record = (signature, before, after) => {
      const head = new DataView(new ArrayBuffer(4 + 2 * (before.length + common.length + after.length) + 12 + 4 * (signature === 0x02014b50) * 2));
      let place = 0;
      const put = (value, width) => {
        if (width === 2) head.setUint16(place, value, true);
        else head.setUint32(place, value, true);
        place += width;
      };
      put(signature, 4);
      for (const value of [...before, ...common]) put(value, 2);
      for (const value of sizes) put(value, 4);
      for (const value of after) put(value, 2);
      if (signature === 0x02014b50) for (const value of [0, at]) put(value, 4);
      return head.buffer;
    };
    central.push(record(0x02014b50, [20], [name.length, 0, 0, 0, 0]), name);
    const local = record(0x04034b50, [], [name.length, 0]);
    parts.push(local, name, bytes);
    at += local.byteLength + name.length + bytes.length;
  }
  const size = central.reduce((sum, part) => sum + (part.byteLength ?? part.length), 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return new Blob([...parts, ...central, end.buffer], { type: "application/zip" });
};

// ---- Events -------------------------------------------------------------------------------------------------------

find("choose").addEventListener("change", ({ target }) => {
  add([...target.files]);
  target.value = "";
});
find("decisions").addEventListener("change", ({ target }) => {
  const files = [...target.files];
  target.value = "";
  work(async () => {
    for (const file of files) decisions.set(`decisions/${file.name}`, file);
    await look();
  });
});
for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    find("drop").classList.add("over");
  });
}
addEventListener("dragleave", () => find("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  find("drop").classList.remove("over");
  const items = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const folders = items.filter((item) => item?.isDirectory).map((item) => item.name);
  if (folders.length) return say(`Drop the files of the folder ${folders.join(", ")}, not the folder itself.`, true);
  add([...event.dataTransfer.files]);
});
find("first").addEventListener("click", () => view(firstOf()));
find("stop").addEventListener("click", restart);
find("again").addEventListener("click", () =>
  work(async () => {
    settings = new Blob([find("toml").value]);
    dropped.set(TOML, settings);
    await put();
    await prepare();
  }),
);
find("anew").addEventListener("click", () =>
  work(() => drop(TOML)),
);
find("all").addEventListener("click", () =>
  work(async () => {
    const files = [...made];
    if (settings) files.push([TOML, settings]);
    save("codeset.zip", await zipped(files));
  }),
);
find("command").addEventListener("submit", (event) => {
  event.preventDefault();
  const args = split(find("args").value);
  command(args[0] === "codeset" ? args.slice(1) : args);
});
