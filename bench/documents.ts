// Reads a folder of real files and says whether each became what its category promises, how long it took, and how much
// memory the process that reads held at most.
// Usage: npm run bench:documents -- --data FOLDER (with dev.manifest.jsonl) [--json, which writes no file]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import { report } from "./report.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, json: { type: "boolean", default: false } },
});
if (values.data === undefined) throw new Error("name the folder: --data FOLDER");
const folder = values.data;
const entry = z.object({ file: z.string(), category: z.string() });
const entries = readFileSync(join(folder, "dev.manifest.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => entry.parse(JSON.parse(line)));

type Outcome = "text" | "nothing to index" | "unsupported" | "refused" | "too slow";

/**
 * Files that are in order, of which their category promises text, and that hold none: a Word file with three pictures and no run of
 * text, and a PDF of eleven pages without a content stream. Of them must be said that there is nothing to index.
 */
const WITHOUT_TEXT: ReadonlySet<string> = new Set([
  "dev/docx/python-docx__having-images.docx",
  "dev/pdf/pdf.js__labelled_pages.pdf",
]);

/** What a file may become, by its category. */
function allowed(file: string, category: string): readonly Outcome[] {
  if (WITHOUT_TEXT.has(file)) return ["nothing to index"];
  const [, promise = ""] = /_(.+)$/u.exec(category) ?? [];
  if (category === "not_a_docx") return ["unsupported"];
  if (promise === "empty" || promise === "scan") return ["nothing to index"];
  if (promise === "encrypted") return ["refused", "text"];
  if (promise === "malformed" || promise === "fuzzed") {
    return ["text", "refused", "nothing to index", "unsupported"];
  }
  if (promise === "bomb") return ["text", "refused", "nothing to index"];
  return ["text"];
}

let peakBytes = 0;
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 20);
const reader = createDocumentReader();
const { signal } = new AbortController();
const results = [];
for (const { file, category } of entries) {
  const path = join(folder, file);
  const start = performance.now();
  const ref = { source: path, root: path, sizeBytes: null, updatedAt: null };
  const read = await reader.read(ref, { knownHash: null, signal });
  const ms = Math.round(performance.now() - start);
  const chunks = read.status === "read" ? read.document.chunks : [];
  const code = "code" in read ? read.code : null;
  const outcome: Outcome =
    read.status === "read"
      ? "text"
      : code === "source_empty"
        ? "nothing to index"
        : code === "document_unsupported"
          ? "unsupported"
          : code === "parse_timeout"
            ? "too slow"
            : "refused";
  const isRight = allowed(file, category).includes(outcome);
  const characters = chunks.reduce((sum, { text }) => sum + text.length, 0);
  const note = "reason" in read ? read.reason : read.status === "read" ? (read.warning ?? "") : "";
  results.push({ file, category, outcome, isRight, ms, chunks: chunks.length, characters, note });
}
await reader.close();
clearInterval(watch);

const right = results.filter(({ isRight }) => isRight).length;
const slowestMs = Math.max(...results.map(({ ms }) => ms));
const peakMegabytes = Math.round(peakBytes / 1_048_576);
if (values.json) {
  console.log(JSON.stringify({ files: results.length, right, slowestMs, peakMegabytes, results }));
} else {
  for (const { file, category, outcome, isRight, ms, chunks, characters, note } of results) {
    const mark = isRight ? " " : "!";
    console.log(
      `${mark} ${file} (${category}): ${outcome}, ${chunks} chunks, ${characters} characters, ${ms} ms ${note}`,
    );
  }
  report(
    "documents",
    [
      { figure: "files", value: results.length, unit: "", aim: "" },
      { figure: "became what they should", value: right, unit: "", aim: "all" },
      { figure: "slowest file", value: slowestMs / 1000, unit: "s", aim: "≤ 60" },
      { figure: "peak memory of the parent", value: peakMegabytes, unit: "MB", aim: "≤ 300" },
    ],
    { results },
  );
}
