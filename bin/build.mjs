// Builds Frontdesk into `dist/`: the program and each of its child processes with all they load, in few files, because a start
// spends half of its time on finding and reading a thousand small ones. Usage: node bin/build.mjs [tests]
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What brings native code, workers or files of its own stays where npm put it. */
const LEFT_WHERE_THEY_ARE = [
  "libsql",
  "node-llama-cpp",
  "chromadb",
  "chromadb-*",
  "@node-rs/*",
  "@napi-rs/*",
  "pino",
  "unpdf",
  "officeparser",
  "@viz-js/viz",
  // A team's own machine (flows/custom) and Frontdesk take the same one.
  "xstate",
  // Not installed: libraries do without them.
  "@discordjs/opus",
  "bufferutil",
  "erlpack",
  "utf-8-validate",
  "zlib-sync",
];

/** Names what a build has made; its time is that of the build. */
const LIST = "build.json";

/** What the program starts as processes of their own. */
const CHILDREN = [
  "knowledge/ingest/parse/parse-child.ts",
  "knowledge/vectors/chroma-child.ts",
  "models/engine/engine-child.ts",
];

// Libraries that are no ES modules ask for others by `require`.
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Builds these modules into one folder. All files of a build lie side by side: what a module finds beside itself (`childEntry`)
 * is there for every one.
 * @param {{ entries: readonly string[], folder: string }} options paths below the root of the package
 * @returns {Promise<void>}
 */
async function buildInto({ entries, folder }) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((path) => ({ in: path, out: basename(path, ".ts") })),
    outdir: folder,
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    external: LEFT_WHERE_THEY_ARE,
    banner: { js: BANNER },
    define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  const target = join(root, folder);
  const dist = join(root, "dist");
  for (const needed of [target, dist]) mkdirSync(needed, { recursive: true });
  // On the same disk, so that a file is moved into its place whole; of its own, so that two builds at once leave each other's alone.
  const unfinished = mkdtempSync(join(dist, ".build-"));
  try {
    for (const { path, contents } of outputFiles) {
      if (existsSync(path) && readFileSync(path).equals(contents)) continue;
      put(path, contents, unfinished);
    }
    const made = outputFiles.map(({ path }) => relative(target, path));
    sweep(target, made);
    // Last, and whether it changed or not: its time tells of when the build is.
    put(join(target, LIST), JSON.stringify(made), unfinished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Writes a file so that whoever starts meanwhile, or after a power cut, finds the whole of the old one or of the new one. */
function put(path, contents, unfinished) {
  const draft = join(unfinished, basename(path));
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** The names of what the build before has made; none when that cannot be read. */
function madeBefore(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, LIST), "utf8"));
  } catch {
    return [];
  }
}

/** Removes what neither this build nor the one before has made: somebody may still run that one. */
function sweep(folder, made) {
  const kept = new Set([...made, ...madeBefore(folder), LIST]);
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Builds the program. */
export function buildProgram() {
  return buildInto({ entries: ["src/main.ts", ...CHILDREN], folder: "dist/src" });
}

/** Builds what the tests start as processes of their own. */
function buildChildrenOfTests() {
  const ours = readdirSync(join(root, "test/support"))
    .filter((name) => name.endsWith("-child.ts"))
    .map((name) => `test/support/${name}`);
  return buildInto({ entries: [...CHILDREN, ...ours], folder: "dist-tests" });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await (process.argv[2] === "tests" ? buildChildrenOfTests() : buildProgram());
}
