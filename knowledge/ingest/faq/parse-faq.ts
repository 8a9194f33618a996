import { z } from "zod";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { DocumentText } from "../blocks.ts";
import { brokenDocument } from "../faults.ts";
import { FAQ_FIELDS, type FaqEntry, faqBlocks } from "./faq-list.ts";

const record = z.record(z.string(), z.unknown());
type FieldName = keyof typeof FAQ_FIELDS;

/** A share of entries that make no sense is tolerated; beyond, the file is something else. */
const MIN_SHARE = 0.5;

/**
 * Reads a list of questions and answers: a JSON array of objects (also as the one list inside an object), an object from
 * question to answer, or one JSON object a line. The fields may be called by any name of {@link FAQ_FIELDS}.
 * @throws FrontdeskError `document_unsupported` for JSON of another shape, `document_broken` for what is no JSON
 */
export function parseFaq(text: string): DocumentText {
  const items = itemsOf(parseJson(text));
  const entries = items.flatMap((item) => entryOf(item) ?? []);
  if (entries.length === 0 || entries.length < items.length * MIN_SHARE) throw noFaq();
  return { title: null, blocks: faqBlocks(entries) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length < 2) throw brokenDocument("JSON file", cause);
    try {
      return lines.map((line): unknown => JSON.parse(line));
    } catch (lineCause) {
      throw brokenDocument("JSON file", lineCause);
    }
  }
}

function itemsOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  const fields = record.safeParse(json);
  if (!fields.success) throw noFaq();
  if (entryOf(fields.data) !== null) return [fields.data];
  const values = Object.entries(fields.data);
  const lists = values.flatMap(([, value]) => (Array.isArray(value) ? [value] : []));
  if (lists[0] !== undefined) return lists[0];
  if (!values.every(([name, value]) => typeof value === "string" && SENTENCE.test(name)))
    throw noFaq();
  return values.map(([question, answer]) => ({ question, answer }));
}

/** What a person would ask, not the name of a setting. */
const SENTENCE = /\s|\?|\p{Script=Han}/u;

function entryOf(item: unknown): FaqEntry | null {
  const parsed = record.safeParse(item);
  if (!parsed.success) return null;
  const fields = new Map(
    Object.entries(parsed.data).map(([name, value]) => [name.toLowerCase().trim(), value]),
  );
  const strings = (field: FieldName): readonly string[] => {
    const name = FAQ_FIELDS[field].find((known) => fields.has(known));
    return name === undefined ? [] : textsOf(fields.get(name));
  };
  const variants = strings("variants");
  const question = strings("question")[0] ?? variants[0] ?? "";
  const answer = strings("answer").join("\n\n");
  if (answer === "" || (question === "" && answer.length < 20)) return null;
  return {
    question,
    answer,
    variants: variants.filter((variant) => variant !== question),
    category: strings("category")[0] ?? "",
  };
}

/** A text, or the texts of a list (also as objects that hold one). */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value.trim()];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const fields = record.safeParse(value);
  return fields.success && "text" in fields.data ? textsOf(fields.data["text"]) : [];
}

function noFaq(): FrontdeskError {
  return new FrontdeskError(
    "document_unsupported",
    'is JSON, but no list of questions and answers; write a list of {"question": …, "answer": …}',
  );
}
