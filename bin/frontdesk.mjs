#!/usr/bin/env node
// Builds when the compiled code is missing or older than its source, then runs the command line.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const main = join(root, "dist", "src", "main.js");
const stamp = join(root, "dist", ".tsbuildinfo");
const folders = ["src", "adapters", "flows", "knowledge", "models"];

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
  return folders.some((folder) => newest(join(root, folder)) > built);
}

function build() {
  let compiler;
  try {
    compiler = join(
      dirname(
        createRequire(join(root, "package.json")).resolve("typescript-compiler/package.json"),
      ),
      "bin",
      "tsc",
    );
  } catch {
    if (existsSync(main)) return; // a production install runs what it was shipped with
    process.stderr.write(
      "Frontdesk is not built and the compiler is not installed. Run `npm install` (with development dependencies) and `npm run build`.\n",
    );
    process.exit(1);
  }
  process.stderr.write("Building Frontdesk (first start, or its sources have changed) …\n");
  const result = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json")], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write("The build failed; see the messages above.\n");
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
if (isStale()) build();
process.setSourceMapsEnabled(true);
await import(pathToFileURL(main).href);
