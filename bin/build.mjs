// Builds Frontdesk into `dist/`: the program and each of its child processes with all they load, in few files, because a start
// spends half of its time on finding and reading a thousand small ones. Usage: node bin/build.mjs [tests]
import {
  existsSync,
  mkdirSync,
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
  mkdirSync(target, { recursive: true });
  for (const { path, contents } of outputFiles) put(path, contents);
  sweep(
    target,
    outputFiles.map(({ path }) => relative(target, path)),
  );
}

/** Writes a file so that whoever starts meanwhile reads the whole of the old one or of the new one. */
function put(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

/** Removes what neither this build nor the one before has made: somebody may still run that one. */
function sweep(folder, made) {
  const list = join(folder, "build.json");
  const before = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  const kept = new Set([...made, ...before, basename(list)]);
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true });
  }
  writeFileSync(list, JSON.stringify(made));
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
