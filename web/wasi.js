// The system calls of WASI (preview 1) that codeset makes, over files in memory. A call that is not here answers "not
// supported", so a program that needs more fails with a message and never silently.

const OK = 0, BAD_FD = 8, EXISTS = 20, INVALID = 28, IS_FOLDER = 31, NOT_FOUND = 44, NOT_FOLDER = 54, NOT_EMPTY = 55;
const NOT_SUPPORTED = 52;
const FOLDER = 3, FILE = 4, TERMINAL = 2;
const CREATE = 1, MUST_BE_FOLDER = 2, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 1;
const ROOT = 3;

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

class System {
  // `onOutput(fd, bytes)` takes what is printed, `onRead(count)` the number of bytes read from dropped files.
  constructor(root, { args, environment, onOutput, onRead }) {
    Object.assign(this, { root, onOutput, onRead });
    this.args = args.map((arg) => encoder.encode(`${arg}\0`));
    this.environment = Object.entries(environment).map(([name, value]) => encoder.encode(`${name}=${value}\0`));
    this.open = new Map([[0, null], [1, null], [2, null], [ROOT, { entry: root, at: 0 }]]);
    this.numbers = new Map();
  }

  // Runs the program; returns its exit code.
  run(module) {
    const imports = {};
    for (const { module: room, name } of WebAssembly.Module.imports(module)) {
      const call = this[name] ?? (() => NOT_SUPPORTED);
      (imports[room] ??= {})[name] = call.bind(this);
    }
    this.instance = new WebAssembly.Instance(module, imports);
    try {
      this.instance.exports._start();
      return 0;
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  }

  // The program's memory moves when it grows.
  get view() {
    if (this.seen?.buffer !== this.instance.exports.memory.buffer) {
      this.seen = new DataView(this.instance.exports.memory.buffer);
    }
    return this.seen;
  }

  bytes(at, length) {
    return new Uint8Array(this.instance.exports.memory.buffer, at, length);
  }

  // Buffers of a call that reads or writes several.
  *buffers(at, count) {
    for (let one = 0; one < count; one++) {
      yield this.bytes(this.view.getUint32(at + 8 * one, true), this.view.getUint32(at + 8 * one + 4, true));
    }
  }

  // The folder and name of a path relative to an open folder; `entry` is what is there.
  find(fd, at, length) {
    const base = this.open.get(fd)?.entry;
    if (!(base instanceof Folder)) return { error: base === undefined ? BAD_FD : NOT_FOLDER };
    return this.walk(base, decoder.decode(this.bytes(at, length)));
  }

  walk(base, path) {
    const trail = [base];
    let name = "";
    const names = path.split("/").filter((part) => part !== "" && part !== ".");
    for (const [at, part] of names.entries()) {
      if (part === "..") {
        if (trail.length > 1) trail.pop();
        name = "";
        continue;
      }
      name = part;
      const next = trail.at(-1).entries.get(part);
      if (at === names.length - 1) return { folder: trail.at(-1), name, entry: next };
      if (next === undefined) return { error: NOT_FOUND };
      if (!(next instanceof Folder)) return { error: NOT_FOLDER };
      trail.push(next);
    }
    return { folder: trail.at(-2) ?? trail[0], name, entry: trail.at(-1) };
  }

  number(entry) {
    if (!this.numbers.has(entry)) this.numbers.set(entry, this.numbers.size + 1);
    return BigInt(this.numbers.get(entry));
  }

  stat(entry, at) {
    this.bytes(at, 64).fill(0);
    const isFolder = entry instanceof Folder;
    this.view.setBigUint64(at, 1n, true);
    this.view.setBigUint64(at + 8, this.number(entry), true);
    this.view.setUint8(at + 16, entry === null ? TERMINAL : isFolder ? FOLDER : FILE);
    this.view.setBigUint64(at + 24, 1n, true);
    this.view.setBigUint64(at + 32, BigInt(isFolder || entry === null ? 0 : entry.length), true);
    return OK;
  }

  lists(list, table, text) {
    for (const one of list) {
      this.view.setUint32(table, text, true);
      this.bytes(text, one.length).set(one);
      table += 4;
      text += one.length;
    }
    return OK;
  }

  sizes(list, count, size) {
    this.view.setUint32(count, list.length, true);
    this.view.setUint32(size, list.reduce((sum, one) => sum + one.length, 0), true);
    return OK;
  }

  args_get(table, text) { return this.lists(this.args, table, text); }
  args_sizes_get(count, size) { return this.sizes(this.args, count, size); }
  environ_get(table, text) { return this.lists(this.environment, table, text); }
  environ_sizes_get(count, size) { return this.sizes(this.environment, count, size); }

  clock_time_get(clock, precision, at) {
    this.view.setBigUint64(at, BigInt(Math.round((clock === 0 ? Date.now() : performance.now()) * 1000)) * 1000n, true);
    return OK;
  }

  random_get(at, length) {
    for (let done = 0; done < length; done += 65536) {
      crypto.getRandomValues(this.bytes(at + done, Math.min(65536, length - done)));
    }
    return OK;
  }

  sched_yield() { return OK; }
  proc_exit(code) { throw new Exit(code); }

  fd_close(fd) { return this.open.delete(fd) ? OK : BAD_FD; }
  fd_sync(fd) { return this.open.has(fd) ? OK : BAD_FD; }
  fd_datasync(fd) { return this.fd_sync(fd); }

  fd_fdstat_get(fd, at) {
    if (!this.open.has(fd)) return BAD_FD;
    const entry = this.open.get(fd)?.entry ?? null;
    this.bytes(at, 24).fill(0);
    // Output is a pipe, as for other programs: neither colors nor the width of a terminal.
    this.view.setUint8(at, entry === null ? 0 : entry instanceof Folder ? FOLDER : FILE);
    this.view.setBigUint64(at + 8, ~0n & 0xffffffffffffffffn, true);
    this.view.setBigUint64(at + 16, ~0n & 0xffffffffffffffffn, true);
    return OK;
  }

  fd_filestat_get(fd, at) {
    return this.open.has(fd) ? this.stat(this.open.get(fd)?.entry ?? null, at) : BAD_FD;
  }

  fd_filestat_set_size(fd, size) {
    const file = this.open.get(fd)?.entry;
    if (!(file instanceof DiskFile)) return BAD_FD;
    file.resize(Number(size));
    return OK;
  }

  fd_prestat_get(fd, at) {
    if (fd !== ROOT) return BAD_FD;
    this.view.setUint32(at, 0, true);
    this.view.setUint32(at + 4, 1, true);
    return OK;
  }

  fd_prestat_dir_name(fd, at) {
    if (fd !== ROOT) return BAD_FD;
    this.view.setUint8(at, "/".charCodeAt(0));
    return OK;
  }

  fd_read(fd, buffers, count, read) {
    const open = this.open.get(fd);
    if (open?.entry instanceof Folder) return IS_FOLDER;
    let sum = 0;
    for (const into of this.buffers(buffers, count)) {
      // Nothing comes from standard input.
      const part = open ? open.entry.read(open.at, into, this.onRead) : 0;
      if (open) open.at += part;
      sum += part;
      if (part < into.length) break;
    }
    this.view.setUint32(read, sum, true);
    return OK;
  }

  fd_write(fd, buffers, count, written) {
    if (!this.open.has(fd)) return BAD_FD;
    const open = this.open.get(fd);
    let sum = 0;
    for (const part of this.buffers(buffers, count)) {
      if (open) {
        if (open.appends) open.at = open.entry.length;
        open.entry.write(open.at, part);
        open.at += part.length;
      } else {
        this.onOutput(fd, part.slice());
      }
      sum += part.length;
    }
    this.view.setUint32(written, sum, true);
    return OK;
  }

  fd_seek(fd, offset, whence, at) {
    const open = this.open.get(fd);
    if (!open || open.entry instanceof Folder) return BAD_FD;
    const next = [0, open.at, open.entry.length][whence] + Number(offset);
    if (!(next >= 0)) return INVALID;
    open.at = next;
    this.view.setBigUint64(at, BigInt(next), true);
    return OK;
  }

  // A buffer that is not filled means the end of the folder, so the last entry may be cut.
  fd_readdir(fd, at, length, cookie, used) {
    const folder = this.open.get(fd)?.entry;
    if (!(folder instanceof Folder)) return NOT_FOLDER;
    let done = 0;
    const names = [...folder.entries];
    for (let next = Number(cookie); next < names.length && done < length; next++) {
      const [name, entry] = names[next];
      const text = encoder.encode(name);
      const record = new Uint8Array(24 + text.length);
      const view = new DataView(record.buffer);
      view.setBigUint64(0, BigInt(next + 1), true);
      view.setBigUint64(8, this.number(entry), true);
      view.setUint32(16, text.length, true);
      view.setUint8(20, entry instanceof Folder ? FOLDER : FILE);
      record.set(text, 24);
      const part = record.subarray(0, length - done);
      this.bytes(at + done, part.length).set(part);
      done += part.length;
    }
    this.view.setUint32(used, done, true);
    return OK;
  }

  path_open(fd, lookup, path, length, flags, rights, inherited, mode, at) {
    const { error, folder, name, entry } = this.find(fd, path, length);
    if (error) return error;
    let opened = entry;
    if (opened && flags & EXCLUSIVE) return EXISTS;
    if (!opened && !(flags & CREATE)) return NOT_FOUND;
    if (flags & MUST_BE_FOLDER && !(opened instanceof Folder)) return NOT_FOLDER;
    if (!opened) {
      opened = new DiskFile();
      folder.entries.set(name, opened);
    }
    if (flags & TRUNCATE) {
      if (opened instanceof Folder) return IS_FOLDER;
      opened.resize(0);
    }
    let next = ROOT + 1;
    while (this.open.has(next)) next++;
    this.open.set(next, { entry: opened, at: 0, appends: (mode & APPEND) !== 0 });
    this.view.setUint32(at, next, true);
    return OK;
  }

  path_filestat_get(fd, lookup, path, length, at) {
    const { error, entry } = this.find(fd, path, length);
    return error ?? (entry ? this.stat(entry, at) : NOT_FOUND);
  }

  path_create_directory(fd, path, length) {
    const { error, folder, name, entry } = this.find(fd, path, length);
    if (error) return error;
    if (entry) return EXISTS;
    folder.entries.set(name, new Folder());
    return OK;
  }

  path_remove_directory(fd, path, length) {
    const { error, folder, name, entry } = this.find(fd, path, length);
    if (error) return error;
    if (!entry) return NOT_FOUND;
    if (!(entry instanceof Folder)) return NOT_FOLDER;
    if (entry.entries.size > 0) return NOT_EMPTY;
    folder.entries.delete(name);
    return OK;
  }

  path_unlink_file(fd, path, length) {
    const { error, folder, name, entry } = this.find(fd, path, length);
    if (error) return error;
    if (!entry) return NOT_FOUND;
    if (entry instanceof Folder) return IS_FOLDER;
    folder.entries.delete(name);
    return OK;
  }

  path_rename(oldFd, oldPath, oldLength, newFd, newPath, newLength) {
    const before = this.find(oldFd, oldPath, oldLength);
    const after = this.find(newFd, newPath, newLength);
    if (before.error || after.error) return before.error ?? after.error;
    if (!before.entry) return NOT_FOUND;
    if (after.entry instanceof Folder && !(before.entry instanceof Folder)) return IS_FOLDER;
    before.folder.entries.delete(before.name);
    after.folder.entries.set(after.name, before.entry);
    return OK;
  }

  path_link(oldFd, flags, oldPath, oldLength, newFd, newPath, newLength) {
    const before = this.find(oldFd, oldPath, oldLength);
    const after = this.find(newFd, newPath, newLength);
    if (before.error || after.error) return before.error ?? after.error;
    if (!before.entry) return NOT_FOUND;
    if (after.entry) return EXISTS;
    after.folder.entries.set(after.name, before.entry);
    return OK;
  }

  // What follows is asked for only where the C library is older than Rust's: Debian's has neither these functions nor
  // threads. The links of paths are resolved, because files in memory have none.
  realpath(path) {
    let end = path;
    while (this.view.getUint8(end) !== 0) end++;
    const { error, entry } = this.walk(this.root, decoder.decode(this.bytes(path, end - path)));
    if (error || !entry) return 0;
    const resolved = this.bytes(path, end - path + 1).slice();
    const at = this.instance.exports.malloc(resolved.length);
    this.bytes(at, resolved.length).set(resolved);
    return at;
  }

  __errno_location() {
    return (this.errno ??= this.instance.exports.malloc(4));
  }
}
