import type { CaseEntry } from "../../src/core/index.ts";
import { timeOf } from "../dialogue/event-facts.ts";
import type { Texts } from "../texts/index.ts";
import type { CaseContext } from "./context.ts";
import type { CaseRules } from "./rules.ts";
import { publishEntry, publishState, type Telling, tellDialogue } from "./updates.ts";

interface When {
  readonly context: CaseContext;
  readonly event: object;
}

function wordOf(event: object, key: "agent" | "name" | "text" | "to" | "team" | "origin"): string {
  const found: unknown = Object.getOwnPropertyDescriptor(event, key)?.value;
  return typeof found === "string" ? found : "";
}

function showWords(kind: CaseEntry["kind"]) {
  return {
    type: "desk.publish",
    params: ({ context, event }: When) => {
      const name = wordOf(event, kind === "customer" ? "name" : "agent");
      const origin = wordOf(event, "origin");
      return publishEntry(context, kind, {
        name,
        text: wordOf(event, "text"),
        at: timeOf(event),
        ...(origin === "" ? {} : { origin }),
      });
    },
  } as const;
}

export const SHOW_CUSTOMER = showWords("customer");
export const SHOW_NOTE = showWords("note");
export const SHOW_REPLY = showWords("reply");

/** The desk sees how the case stands now. */
export const SHOW_STATE = {
  type: "desk.publish",
  params: ({ context, event }: When) => publishState(context, timeOf(event)),
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

/** Makes the actions that need texts and rules. */
export function createCaseActions(t: Texts, rules: CaseRules) {
  return {
    /** A line of the desk's own. */
    line: (text: (happening: Happening, texts: Texts) => string) =>
      ({
        type: "desk.publish",
        params: ({ context, event }: When) => {
          const [agent, to, team] = [
            wordOf(event, "agent"),
            wordOf(event, "to"),
            wordOf(event, "team"),
          ];
          const words = text({ context, agent, to, team, event }, t);
          return publishEntry(context, "event", { name: agent, text: words, at: timeOf(event) });
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
