import { seededRandom } from "../src/core/index.ts";

/** A made-up document. */
export interface BenchDocument {
  readonly name: string;
  readonly text: string;
}

const SUBJECTS = [
  "pump",
  "valve",
  "ledger",
  "badge",
  "router",
  "permit",
  "trolley",
  "archive",
  "boiler",
  "crane",
];
const PLACES = [
  "north hall",
  "harbour office",
  "workshop",
  "reception",
  "basement",
  "greenhouse",
  "loading bay",
];
const ACTS = [
  "inspected",
  "renewed",
  "reported",
  "cleaned",
  "calibrated",
  "locked",
  "counted",
  "replaced",
];
const PEOPLE = [
  "the caretaker",
  "the shift lead",
  "the purchasing team",
  "the safety officer",
  "the archivist",
];

function pick(list: readonly string[], next: () => number): string {
  return list[Math.floor(next() * list.length)] ?? "";
}

function paragraph(next: () => number): string {
  const sentences = Array.from({ length: 6 }, () => {
    const number = Math.floor(next() * 9000) + 1000;
    return `The ${pick(SUBJECTS, next)} ${number} in the ${pick(PLACES, next)} is ${pick(ACTS, next)} by ${pick(PEOPLE, next)} every ${Math.floor(next() * 28) + 2} days.`;
  });
  return sentences.join(" ");
}

/** Markdown documents of five sections each, the same ones for the same number. */
export function writeCorpus(count: number): readonly BenchDocument[] {
  const next = seededRandom(7);
  return Array.from({ length: count }, (_, index) => {
    const sections = Array.from(
      { length: 5 },
      (_unused, section) =>
        `## ${pick(ACTS, next)} ${pick(SUBJECTS, next)} ${section + 1}\n\n${paragraph(next)}\n\n${paragraph(next)}\n`,
    );
    return { name: `document-${index}.md`, text: `# Manual ${index}\n\n${sections.join("\n")}` };
  });
}
