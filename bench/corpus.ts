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

/** A small reproducible generator (mulberry32), so that every run measures the same texts. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

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
  const next = random(7);
  return Array.from({ length: count }, (_, index) => {
    const sections = Array.from(
      { length: 5 },
      (_unused, section) =>
        `## ${pick(ACTS, next)} ${pick(SUBJECTS, next)} ${section + 1}\n\n${paragraph(next)}\n\n${paragraph(next)}\n`,
    );
    return { name: `document-${index}.md`, text: `# Manual ${index}\n\n${sections.join("\n")}` };
  });
}
