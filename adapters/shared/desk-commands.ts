import {
  AGENT_RESOLUTIONS,
  CASE_PRIORITIES,
  type CasePriority,
  type CaseResolution,
} from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";

/** What an agent wrote in the thread of a case. */
export type DeskLine =
  | { readonly type: "act"; readonly act: DeskAct }
  /** Somebody else is to have it; who that is, only the platform can tell. */
  | { readonly type: "assign"; readonly who: string }
  | { readonly type: "help" }
  /** A case does not end so by an agent's word. */
  | { readonly type: "no-resolution"; readonly name: string }
  /** An order that cannot be read: it must neither go out nor pass for a note. */
  | { readonly type: "unclear"; readonly word: string };

const PLAIN: Readonly<Record<string, DeskAct>> = {
  claim: { type: "claim" },
  release: { type: "release" },
  reopen: { type: "reopen" },
  block: { type: "block" },
  draft: { type: "draft" },
  online: { type: "online" },
  away: { type: "away" },
};

function priorityOf(text: string): CasePriority | null {
  return CASE_PRIORITIES.find((one) => one === text.toLowerCase()) ?? null;
}

function resolutionOf(text: string): CaseResolution | null {
  return AGENT_RESOLUTIONS.find((one) => one === text.toLowerCase()) ?? null;
}

function readRest(word: string, rest: string, hasFiles: boolean): DeskAct | null {
  switch (word) {
    case "r":
    case "reply":
      return rest === "" && !hasFiles ? null : { type: "reply", text: rest };
    case "note":
      return rest === "" && !hasFiles ? null : { type: "note", text: rest };
    case "canned":
    case "c":
      return rest === "" ? null : { type: "canned", name: rest };
    case "team":
    case "transfer":
      return rest === "" ? null : { type: "transfer", team: rest };
    case "priority":
    case "p": {
      const priority = priorityOf(rest);
      return priority === null ? null : { type: "priority", priority };
    }
    case "resolve": {
      if (rest === "") return { type: "resolve" };
      const resolution = resolutionOf(rest);
      return resolution === null ? null : { type: "resolve", resolution };
    }
    case "learn":
      return { type: "learn", visibility: rest === "" ? null : rest };
    case "return":
      return { type: "return", hint: rest === "" ? null : rest };
    default:
      return null;
  }
}

/**
 * Reads an order without its mark: `claim`, `r Your laptop is on its way`. Null when there is no such order.
 * @param hasFiles with files a reply or a note needs no words
 */
export function readDeskOrder(text: string, hasFiles = false): DeskLine | null {
  const [, given = "", body = ""] = /^(\S+)\s*([\s\S]*)$/u.exec(text.trim()) ?? [];
  const word = given.toLowerCase();
  const rest = body.trim();
  if (word === "help" || word === "?") return { type: "help" };
  if (word === "assign") return rest === "" ? null : { type: "assign", who: rest };
  const plain = Object.hasOwn(PLAIN, word) ? PLAIN[word] : undefined;
  if (plain !== undefined) return rest === "" ? { type: "act", act: plain } : null;
  if (word === "resolve" && rest !== "" && resolutionOf(rest) === null) {
    return { type: "no-resolution", name: rest };
  }
  const act = readRest(word, rest, hasFiles);
  return act === null ? null : { type: "act", act };
}

/** Words for the customer or the team without the id of the case they stand in: a thread is a case, and its id is not for them. */
function withoutOwnId(line: DeskLine, id: string): DeskLine {
  if (line.type !== "act" || (line.act.type !== "reply" && line.act.type !== "note")) return line;
  const [, first = "", rest = ""] = /^(\S+)\s+(\S[\s\S]*)$/u.exec(line.act.text) ?? [];
  const isOwn = first.replace(/^#|[:：,，]$/gu, "").toLowerCase() === id.toLowerCase();
  return isOwn ? { type: "act", act: { ...line.act, text: rest } } : line;
}

/**
 * Reads a message in the thread of a case. Orders begin with `!`; whatever does not is an internal note. Where replies are
 * the rule it is the other way round: plain text goes to the customer, and `//` begins a note. The id of the case itself
 * before the words is left out: `!r C-12345-67890 On its way`.
 */
export function readDeskLine(
  line: string,
  options: {
    readonly repliesByDefault: boolean;
    readonly caseId: string;
    /** Files came with it: then a reply needs no words. Default false. */
    readonly hasFiles?: boolean;
  },
): DeskLine {
  const { repliesByDefault, hasFiles = false } = options;
  return withoutOwnId(readThreadLine(line, repliesByDefault, hasFiles), options.caseId);
}

function readThreadLine(line: string, repliesByDefault: boolean, hasFiles: boolean): DeskLine {
  const text = line.trim();
  if (/^[!！]\S/u.test(text)) {
    const order = text.slice(1);
    return readDeskOrder(order, hasFiles) ?? { type: "unclear", word: order.split(/\s/u)[0] ?? "" };
  }
  if (text.startsWith("//"))
    return { type: "act", act: { type: "note", text: text.slice(2).trim() } };
  return { type: "act", act: { type: repliesByDefault ? "reply" : "note", text } };
}
