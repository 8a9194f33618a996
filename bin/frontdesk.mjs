#!/usr/bin/env node
// Builds when the compiled code is missing or older than its source, then runs the command line.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const main = join(root, "dist", "src", "main.js");
const stamp = join(root, "dist", "src", "build.json");
const folders = ["src", "adapters", "flows", "knowledge", "models"];
// What is built depends on how, and on the libraries that are installed (npm writes this file last).
const bundledFrom = [
  join(root, "bin", "build.mjs"),
  join(root, "node_modules", ".package-lock.json"),
];

function newest(path) {
  let time = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) time = Math.max(time, newest(join(path, entry.name)));
    else if (/\.(ts|json)$/u.test(entry.name)) {
      time = Math.max(time, statSync(join(path, entry.name)).mtimeMs);
    }
  }
  return time;
}

function isStale() {
  if (!existsSync(main)) return true;
  // An installed copy without sources has nothing to compare with.
  if (!folders.every((folder) => existsSync(join(root, folder)))) return false;
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : statSync(main).mtimeMs;
  return (
    folders.some((folder) => newest(join(root, folder)) > built) ||
    bundledFrom.some((file) => existsSync(file) && statSync(file).mtimeMs > built)
  );
}

async function canBuild() {
  try {
    await import("esbuild");
    return true;
  } catch {
    return false;
  }
}

async function build() {
  if (!(await canBuild())) {
    if (existsSync(main)) return; // a production install runs what it was shipped with
    process.stderr.write(
      "Frontdesk is not built and the bundler is not installed. Run `npm install` (with development dependencies) and `npm run build`.\n",
    );
    process.exit(1);
  }
  process.stderr.write("Building Frontdesk (first start, or its sources have changed) …\n");
  try {
    const { buildProgram } = await import("./build.mjs");
    await buildProgram();
  } catch (error) {
    process.stderr.write(`The build failed: ${error?.message ?? error}\n`);
    process.exit(1);
  }
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Frontdesk needs Node.js 20.19 or newer; this is ${process.version}. Install a newer one (https://nodejs.org) and start again.\n`,
  );
  process.exit(1);
}
if (isStale()) await build();
process.setSourceMapsEnabled(true);
await import(pathToFileURL(main).href);
