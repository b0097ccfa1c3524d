// Files in memory: a tree of folders. A file that was dropped stays where the browser keeps it, and is read in windows, so
// that a table of claims is never in memory as a whole.

const WINDOW = 4 << 20;

class DiskFile {
  constructor(blob = null) {
    this.blob = blob;
    this.bytes = new Uint8Array(0);
    this.length = blob ? blob.size : 0;
    this.window = null;
    this.at = 0;
  }

  // Copies bytes from `from` on into `into`; returns how many.
  read(from, into, onRead) {
    const count = Math.max(0, Math.min(into.length, this.length - from));
    if (!this.blob) {
      into.set(this.bytes.subarray(from, from + count));
      return count;
    }
    let done = 0;
    while (done < count) {
      const at = from + done;
      if (!this.window || at < this.at || at >= this.at + this.window.length) {
        this.at = at;
        this.window = readBlob(this.blob.slice(at, at + WINDOW));
        onRead(this.window.length);
      }
      const part = this.window.subarray(at - this.at, at - this.at + count - done);
      into.set(part, done);
      done += part.length;
    }
    return count;
  }

  write(from, part) {
    this.own();
    const end = from + part.length;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2, 4096));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    if (from > this.length) this.bytes.fill(0, this.length, from);
    this.bytes.set(part, from);
    this.length = Math.max(this.length, end);
  }

  resize(length) {
    if (length > this.length) this.write(length, new Uint8Array(0));
    this.own();
    this.length = length;
  }

  // A dropped file that is changed becomes a copy: the user's own is never written.
  own() {
    if (!this.blob) return;
    this.bytes = readBlob(this.blob);
    this.blob = this.window = null;
  }

  content() {
    return this.blob ?? this.bytes.slice(0, this.length);
  }
}

class Folder {
  constructor() {
    this.entries = new Map();
  }

  // All files below, as [path, file], sorted.
  *files(prefix = "") {
    for (const [name, entry] of [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (entry instanceof Folder) yield* entry.files(`${prefix}${name}/`);
      else yield [prefix + name, entry];
    }
  }

  // The folder that a path is in, made if it is not there, and the path's last name.
  place(path) {
    const names = path.split("/");
    const last = names.pop();
    let folder = this;
    for (const name of names) {
      if (!(folder.entries.get(name) instanceof Folder)) folder.entries.set(name, new Folder());
      folder = folder.entries.get(name);
    }
    return [folder, last];
  }

  put(path, blob) {
    const [folder, name] = this.place(path);
    folder.entries.set(name, new DiskFile(blob));
  }
}

