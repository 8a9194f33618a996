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
  | { readonly type: "unknown"; readonly name: string };

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

/** Says how a case ended, and names none. */
const HOW_RESOLVED = /^(?:solved|unsolved|duplicate|spam)$/iu;

function readWord(word: string, rest: string): DeskInput | null {
  const plain = Object.hasOwn(PLAIN, word) ? PLAIN[word] : undefined;
  if (plain !== undefined && rest === "") return { type: plain };
  const targeted = Object.hasOwn(TARGETED, word) ? TARGETED[word] : undefined;
  const isHow = targeted === "resolve" && HOW_RESOLVED.test(rest);
  if (targeted !== undefined && !/\s/u.test(rest) && !isHow) {
    return { type: targeted, target: rest === "" ? null : rest };
  }
  if ((word === "r" || word === "reply") && rest !== "") return { type: "reply", text: rest };
  if (word === "note" && rest !== "") return { type: "note", text: rest };
  return null;
}

/** What desks on platforms know as well: `/assign NAME`, `/team NAME`, `/priority high`, `/return HINT`, … */
function readOrder(text: string): DeskInput | null {
  const order = readDeskOrder(text);
  if (order?.type === "assign") {
    return { type: "act", act: { type: "assign", to: order.who, toBy: order.who } };
  }
  if (order?.type === "help") return { type: "help" };
  return order?.type === "act" ? { type: "act", act: order.act } : null;
}

/**
 * Reads a line at the desk. Whatever is no command is a note: a slip of the hand must never reach the customer, so only
 * `r text` (or `/reply text`) does. Commands may begin with a slash; one that does and is unknown is no note.
 */
export function readDeskInput(line: string): DeskInput {
  const text = line.trim();
  if (/^\d{1,6}$/u.test(text)) return { type: "open", target: text };
  const hasSlash = /^[/!]\S/u.test(text);
  const [, word = "", rest = ""] = /^[/!]?(\S+)\s*([\s\S]*)$/u.exec(text) ?? [];
  const known = readWord(word.toLowerCase(), rest.trim());
  if (hasSlash) return known ?? readOrder(text.slice(1)) ?? { type: "unknown", name: `/${word}` };
  return known !== null && isPlainlyMeant(known, word) ? known : { type: "note", text };
}

/**
 * Whether a line without a slash is an order and not a remark: "claim the refund form for her" and "reply to her
 * tomorrow" are remarks.
 */
function isPlainlyMeant(input: DeskInput, word: string): boolean {
  if (input.type === "reply") return word === "r";
  if (input.type === "note") return false;
  return !("target" in input) || input.target === null || /^\d{1,6}$/u.test(input.target);
}
