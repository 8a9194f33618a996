import { readDeskOrder } from "../../../adapters/shared/desk-commands.ts";
import type { DeskAct } from "../../ports/application.ts";

type PlainWord = "list" | "help" | "quit";
type TargetWord = "open" | "claim" | "release" | "resolve";

/** What an agent typed at the desk. `target` names a case, null means the one that is open. */
export type DeskInput =
  | { readonly type: PlainWord }
  | { readonly type: TargetWord; readonly target: string | null }
  | { readonly type: "reply" | "note"; readonly text: string }
  /** Any other act, in the open case. */
  | { readonly type: "act"; readonly act: DeskAct }
  | Addressed
  /** A case does not end so by an agent's word. */
  | { readonly type: "no-resolution"; readonly name: string }
  /** An order that cannot be carried out as it stands: it must neither go out nor pass for a note. */
  | { readonly type: "unclear"; readonly word: string }
  | { readonly type: "unknown"; readonly name: string };

/** What is done in one case, the open one where no other is named. */
export type InCase = Extract<DeskInput, { type: "reply" | "note" | "act" }>;

/** `reply 1 Hello`: the number names a case, or belongs to the text; which, only the desk can tell. */
export interface Addressed {
  readonly type: "addressed";
  readonly word: string;
  readonly target: string;
  /** What it is when the number names a case. */
  readonly inCase: InCase;
  /** What it is when the number belongs to the text. */
  readonly asText: DeskInput;
}

const PLAIN: Readonly<Record<string, PlainWord>> = {
  list: "list",
  cases: "list",
  help: "help",
  quit: "quit",
  exit: "quit",
};
const TARGETED: Readonly<Record<string, TargetWord>> = {
  open: "open",
  claim: "claim",
  release: "release",
  resolve: "resolve",
};

/** A case by its number or its id; what else follows `resolve` says how it ended. */
const NAMES_CASE = /^(?:\d{1,6}|c-\S+)$/iu;

const MARKED = /^[/!]\S/u;
const ORDER = /^[/!]?(\S+)\s*([\s\S]*)$/u;
const NUMBERED = /^[/!]?(\p{L}+)\s+(\d{1,6})\s+(\S[\s\S]*)$/u;

function readWord(word: string, rest: string): DeskInput | null {
  const plain = Object.hasOwn(PLAIN, word) ? PLAIN[word] : undefined;
  if (plain !== undefined && rest === "") return { type: plain };
  const targeted = Object.hasOwn(TARGETED, word) ? TARGETED[word] : undefined;
  const isHow = targeted === "resolve" && rest !== "" && !NAMES_CASE.test(rest);
  if (targeted !== undefined && !/\s/u.test(rest) && !isHow) {
    return { type: targeted, target: rest === "" ? null : rest };
  }
  if (REPLIES.has(word) && rest !== "") return { type: "reply", text: rest };
  if (word === "note" && rest !== "") return { type: "note", text: rest };
  return null;
}

const REPLIES: ReadonlySet<string> = new Set(["r", "reply", "send"]);

/** What desks on platforms know as well: `/assign NAME`, `/team NAME`, `/priority high`, `/return HINT`, … */
function readOrder(text: string): DeskInput | null {
  const order = readDeskOrder(text);
  if (order?.type === "assign") {
    return { type: "act", act: { type: "assign", to: order.who, toBy: order.who } };
  }
  if (order?.type === "help") return { type: "help" };
  if (order?.type === "no-resolution") return order;
  return order?.type === "act" ? { type: "act", act: order.act } : null;
}

function readPlainly(text: string): DeskInput {
  const hasSlash = MARKED.test(text);
  const [, word = "", rest = ""] = ORDER.exec(text) ?? [];
  const known = readWord(word.toLowerCase(), rest.trim());
  if (hasSlash) return known ?? readOrder(text.slice(1)) ?? { type: "unknown", name: `/${word}` };
  if (known?.type === "reply" && word.toLowerCase() === "reply") return { type: "unclear", word };
  return known !== null && isPlainlyMeant(known, word) ? known : { type: "note", text };
}

/** `reply 1 Hello`, `/team 1 billing`: an order, the number of a case, and more. */
function readAddressed(text: string): DeskInput | null {
  const [, word = "", target = "", rest = ""] = NUMBERED.exec(text) ?? [];
  if (word === "") return null;
  const lower = word.toLowerCase();
  const inner = readWord(lower, rest) ?? readOrder(`${lower} ${rest}`);
  if (inner?.type === "reply" || inner?.type === "note" || inner?.type === "act") {
    return { type: "addressed", word: lower, target, inCase: inner, asText: readPlainly(text) };
  }
  if (inner?.type === "no-resolution") return inner;
  const isOrder = Object.hasOwn(TARGETED, lower) && !MARKED.test(text);
  return isOrder ? { type: "unclear", word } : null;
}

/**
 * Reads a line at the desk. Whatever is no command is a note: a slip of the hand must never reach the customer, so only
 * `r text` (or `/reply text`, `reply 1 text`) does. Commands may begin with a slash; one that does and is unknown is no note.
 */
export function readDeskInput(line: string): DeskInput {
  const text = line.trim();
  if (/^\d{1,6}$/u.test(text)) return { type: "open", target: text };
  return readAddressed(text) ?? readPlainly(text);
}

/**
 * Whether a line without a slash is an order and not a remark: "claim the refund form for her" and "send her the
 * form" are remarks.
 */
function isPlainlyMeant(input: DeskInput, word: string): boolean {
  if (input.type === "reply") return word === "r";
  if (input.type === "note") return false;
  return !("target" in input) || input.target === null || /^\d{1,6}$/u.test(input.target);
}
