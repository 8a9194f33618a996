// Freezes the worker of an earlier commit into one file, which the tests of rolling deploys run beside the present one. The
// product's code is that commit's; the program around it (test/support) is the present one's.
// Usage: npx tsx scripts/freeze-worker.ts <commit> <name>   (writes test/fixtures/releases/<name>/worker.mjs)
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What stands around the product's code. */
const AROUND = ["test/support/dialogue-worker-child.ts", "test/support/redis-platform.ts"];

const [commit, name] = process.argv.slice(2);
if (commit === undefined || name === undefined) throw new Error("name a commit and a folder");
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "frontdesk-freeze-"));
const target = join(root, "test/fixtures/releases", name);

try {
  const archive = execFileSync("git", ["archive", commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  for (const path of AROUND) copyFileSync(join(root, path), join(folder, path));
  mkdirSync(target, { recursive: true });
  execFileSync(
    join(root, "node_modules/.bin/esbuild"),
    [
      ...[join(folder, AROUND[0] ?? ""), "--bundle", "--format=esm", "--platform=node"],
      ...["--target=node20", "--packages=external", "--minify-whitespace", "--legal-comments=none"],
      ...["--keep-names", `--outfile=${join(target, "worker.mjs")}`],
    ],
    { stdio: "inherit" },
  );
} finally {
  rmSync(folder, { recursive: true });
}
