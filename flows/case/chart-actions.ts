import type { CaseCall, CaseEntry } from "../../src/core/index.ts";
import { filesOf, timeOf } from "../dialogue/event-facts.ts";
import type { Texts } from "../texts/index.ts";
import type { CaseContext } from "./context.ts";
import type { CaseRules } from "./rules.ts";
import {
  publishEntry,
  publishRevision,
  publishState,
  type Telling,
  tellDialogue,
} from "./updates.ts";

interface When {
  readonly context: CaseContext;
  readonly event: object;
}

type Word = "agent" | "by" | "name" | "text" | "to" | "team" | "origin" | "line";

function wordOf(event: object, key: Word): string {
  const found: unknown = Object.getOwnPropertyDescriptor(event, key)?.value;
  return typeof found === "string" ? found : "";
}

/** Who wrote a line, where, and by which name it is known later. */
function writtenBy(event: object, kind: CaseEntry["kind"]) {
  const origin = wordOf(event, "origin");
  const line = kind === "customer" ? wordOf(event, "line") : origin;
  return {
    name: wordOf(event, kind === "customer" ? "name" : "agent"),
    at: timeOf(event),
    ...(origin === "" ? {} : { origin }),
    ...(line === "" ? {} : { line }),
  };
}

function showWords(kind: CaseEntry["kind"]) {
  return {
    type: "desk.publish",
    params: ({ context, event }: When) => {
      const files = filesOf(event);
      return publishEntry(context, kind, {
        ...writtenBy(event, kind),
        text: wordOf(event, "text"),
        ...(files.length === 0 ? {} : { files }),
      });
    },
  } as const;
}

/** A line becomes another one, or loses its words. */
export function showRevision(kind: CaseEntry["kind"], revision: "edited" | "deleted") {
  return {
    type: "desk.publish",
    params: ({ context, event }: When) => {
      const text = revision === "edited" ? wordOf(event, "text") : "";
      return publishRevision(context, { kind, ...writtenBy(event, kind), text, revision });
    },
  } as const;
}

export const SHOW_CUSTOMER = showWords("customer");
export const SHOW_NOTE = showWords("note");
export const SHOW_REPLY = showWords("reply");

/** The desk is told how the case stands now: another has it, it waits, it is over. */
export const SAY_STATE = {
  type: "desk.publish",
  params: ({ context, event }: When) => publishState(context, timeOf(event)),
} as const;

/** The same where a line says it already. */
export const SAID_STATE = {
  type: "desk.publish",
  params: ({ context, event }: When) => publishState(context, timeOf(event), "said-by-line"),
} as const;

/** The desk shows how the case stands now, and nothing is said: it is with the same person, or a line says it already. */
export const SHOW_STATE = {
  type: "desk.publish",
  params: ({ context, event }: When) => publishState(context, timeOf(event), "shown"),
} as const;

/** What happened, as a line at the desk. */
export interface Happening {
  readonly context: CaseContext;
  /** Who acted; empty for nobody. */
  readonly agent: string;
  readonly to: string;
  readonly team: string;
  readonly event: object;
}

/** Who is to look at a case: whoever has it, or the team to which it belongs. */
type Whom = "holder" | "team";

/** Null for somebody who has just done it himself. */
function callOf({ by, team }: CaseContext, event: object, whom: Whom): CaseCall | null {
  if (whom === "team" || by === null) return { agent: null, team };
  const isOwnDoing = wordOf(event, "by") === by && wordOf(event, "to") !== "";
  return isOwnDoing ? null : { agent: by, team };
}

/** Makes the actions that need texts and rules. */
export function createCaseActions(t: Texts, rules: CaseRules) {
  return {
    /** A line of the desk's own, which may call whoever has the case, or the team where nobody has. */
    line: (text: (happening: Happening, texts: Texts) => string, whom?: Whom) =>
      ({
        type: "desk.publish",
        params: ({ context, event }: When) => {
          const [agent, to, team] = [
            wordOf(event, "agent"),
            wordOf(event, "to"),
            wordOf(event, "team"),
          ];
          const words = text({ context, agent, to, team, event }, t);
          const said = { name: agent, text: words, at: timeOf(event) };
          const calls = whom === undefined ? null : callOf(context, event, whom);
          return publishEntry(context, "event", calls === null ? said : { ...said, calls });
        },
      }) as const,
    /** Told once: the key counts what was told. */
    tell: (telling: Telling) =>
      [
        {
          type: "tell",
          params: ({ context, event }: When) => tellDialogue(context, event, telling, rules),
        },
        "countTold",
      ] as const,
  };
}

export type CaseActions = ReturnType<typeof createCaseActions>;
