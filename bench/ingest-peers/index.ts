// How fast files of many kinds become pieces for an index, and how much of their text does: the product beside LangChain.js's
// loaders and splitter, on the same files.
// Usage: LANGCHAIN=FOLDER npm run bench:ingest-peers [-- --documents 10] [-- --rounds 3] [-- --data FOLDER]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Row, report } from "../report.ts";
import { projectFiles, realFiles, writeFiles } from "./files.ts";
import { type Measured, mean, measure } from "./measure.ts";
import { createLangChainReader, createProduct } from "./readers.ts";

const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    data: { type: "string" },
  },
});
const folder = process.env["LANGCHAIN"];
if (folder === undefined) {
  throw new Error(
    "LANGCHAIN must name the folder that holds @langchain/community; see bench/README.md",
  );
}

const percent = (share: number | null): string =>
  share === null ? "–" : `${(share * 100).toFixed(1)} %`;

function print(measured: readonly Measured[]): void {
  const cells = measured.map((m) => [
    m.kind,
    m.reader,
    `${m.read}/${m.files}`,
    m.documentsPerSecond.toFixed(1),
    percent(m.words),
    percent(m.sentences),
    String(m.pieces),
  ]);
  const head = ["kind", "reader", "read", "documents/s", "words", "sentences whole", "pieces"];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...cells]) {
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  }
}

/** Over the kinds that both read. */
function summed(measured: readonly Measured[], reader: string): readonly Row[] {
  const shared = measured.filter(({ kind }) => measured.filter((m) => m.kind === kind).length > 1);
  const own = shared.filter((m) => m.reader === reader);
  const files = own.reduce((sum, m) => sum + m.files, 0);
  const seconds = own.reduce((sum, m) => sum + m.secondsPerRound, 0);
  const known = own.flatMap(({ words }) => (words === null ? [] : [words * 100]));
  const whole = own.flatMap(({ sentences }) => (sentences === null ? [] : [sentences * 100]));
  const everything = measured.filter((m) => m.reader === reader);
  return [
    { figure: `${reader}: kinds that it reads`, value: everything.length, unit: "", aim: "" },
    {
      figure: `${reader}: documents per second, kinds that both read`,
      value: files / seconds,
      unit: "/s",
      aim: "",
    },
    {
      figure: `${reader}: words recovered, mean of these kinds`,
      value: mean(known) ?? 0,
      unit: "%",
      aim: "",
    },
    {
      figure: `${reader}: sentences whole in one piece, mean of these kinds`,
      value: mean(whole) ?? 0,
      unit: "%",
      aim: "",
    },
    {
      figure: `${reader}: files that gave text, of ${files}`,
      value: own.reduce((sum, m) => sum + m.read, 0),
      unit: "",
      aim: "",
    },
  ];
}

const work = mkdtempSync(join(tmpdir(), "frontdesk-peers-"));
const readers = [createProduct(), createLangChainReader(folder)];
const files = [
  ...writeFiles(work, Number(values.documents)),
  ...projectFiles(),
  ...(values.data === undefined ? [] : realFiles(values.data)),
];
const measured: Measured[] = [];
for (const kind of new Set(files.map((file) => file.kind))) {
  const own = files.filter((file) => file.kind === kind);
  measured.push(...(await measure(readers, kind, own, Number(values.rounds))));
}
await Promise.all(readers.map((reader) => reader.close()));
rmSync(work, { recursive: true, force: true });
print(measured);
report(
  "ingest-peers",
  readers.flatMap(({ name }) => summed(measured, name)),
  { documentsOfEachKind: Number(values.documents), rounds: Number(values.rounds), measured },
);
