// Runs codeset on files in memory, one command after the other.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const root = new Folder();
let program;

const readBlob = (blob) => new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob));

const actions = {
  async load({ packed }) {
    const unpacked = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
    program = await WebAssembly.compile(await unpacked.arrayBuffer());
    // A browser compiles well what has run for a while: the demo, while the user looks for files.
    const system = new System(new Folder(), { args: ["codeset", "demo"], environment: {}, onOutput() {}, onRead() {} });
    system.run(program);
    return {};
  },

  // From now on, these files are there and no others.
  put({ files }) {
    root.entries.clear();
    for (const [path, blob] of files) root.put(path, blob);
    return {};
  },

  // Returns the exit code, what was printed, and all files that are not as they were dropped.
  run({ args, number }) {
    const printed = { 1: [], 2: [] };
    const system = new System(root, {
      args: ["codeset", ...args],
      environment: { CODESET_STORE: "/.store" },
      onOutput: (fd, bytes) => printed[fd].push(bytes),
      onRead: (count) => postMessage({ number, read: count }),
    });
    const code = system.run(program);
    const files = [...root.files()]
      .filter(([path, file]) => !file.blob && !path.startsWith("."))
      .map(([path, file]) => [path, new Blob([file.content()])]);
    const text = async (parts) => new Blob(parts).text();
    return Promise.all([text(printed[1]), text(printed[2])]).then(([stdout, stderr]) => ({ code, stdout, stderr, files }));
  },
};

onmessage = async ({ data }) => {
  try {
    postMessage({ number: data.number, done: await actions[data.action](data) });
  } catch (error) {
    postMessage({ number: data.number, failed: String(error) });
  }
};
