import { type CaseId, caseId, errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskDoing } from "../shared/desk-talk.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import { type From, filledText, readFrom } from "./decode-interaction.ts";
import { type DeskAction, formOf, parseDeskId } from "./desk-cards.ts";
import type { DeskTeam } from "./desk-team.ts";
import type { Notices } from "./notices.ts";
import { interactionSchema } from "./payloads.ts";
import type { Place } from "./places.ts";
import { createResponder } from "./responder.ts";

/** What agents press and fill in at the desk. Resolves when it is durable. */
export interface DeskPresses {
  /** False when it is none of the desk's. */
  pressed(data: unknown): Promise<boolean>;
}

const PLAIN: Readonly<Partial<Record<DeskAction, DeskAct>>> = {
  claim: { type: "claim" },
  release: { type: "release" },
  draft: { type: "draft" },
  resolve: { type: "resolve" },
  reopen: { type: "reopen" },
};
const FORM = 5;
const MAX_CONTENT = 2_000;

function filledAct(action: DeskAction, text: string): DeskAct | null {
  switch (action) {
    case "reply":
    case "note":
      return text === "" ? null : { type: action, text };
    case "return":
      return { type: "return", hint: text === "" ? null : text };
    case "claim":
    case "release":
    case "draft":
    case "resolve":
    case "reopen":
      return null;
  }
}

export function createDeskPresses(
  parts: Pick<AdapterParts, "api" | "logger" | "signal">,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly team: DeskTeam;
    /** Hands it in; what comes back is for the agent alone. */
    readonly act: (desk: Place, doing: DeskDoing, act: DeskAct) => Promise<string | null>;
    readonly notices: Notices;
  },
): DeskPresses {
  const { api, logger, signal } = parts;
  const { channel, words, team, notices } = options;
  const responder = createResponder(api, { signal });

  /** The refusal, null when it is done. What may still work is thrown: it is tried again. */
  const attempt = async (from: From, id: CaseId, act: DeskAct): Promise<string | null> => {
    try {
      const agent = await team.agentOf(from.actor, from.place);
      if (agent === null) return words.notTeam;
      const doing = { caseId: id, agent, key: `desk:discord:interaction:${from.id}` };
      return await options.act(from.place, doing, act);
    } catch (error) {
      signal.throwIfAborted();
      if (isFrontdeskError(error) && error.retryable) throw error;
      logger.warn({ reason: errorMessage(error) }, "an act at the desk failed");
      return commandLabels(from.language).failed;
    }
  };

  const press = async (from: From, id: CaseId, act: DeskAct): Promise<void> => {
    await responder.deferUpdate(from);
    const refusal = await attempt(from, id, act);
    if (refusal !== null) await responder.whisper(from, { content: refusal });
  };

  /** The window is closed by now: what could not be handed in is given back, so that nobody writes it twice. */
  const giveBack = async (from: From, why: string, text: string): Promise<void> => {
    const head = words.givenBack(why);
    const whole = `${head}\n>>> ${text}`;
    const said =
      whole.length <= MAX_CONTENT
        ? { content: text === "" ? why : whole }
        : { content: head, file: { name: "text.md", text } };
    if (await responder.tell(from, said)) return;
    const shown = said.content;
    notices.say(`desk:late:${from.id}`, { channel: from.channel, replyTo: null }, shown);
  };

  const submit = async (from: From, id: CaseId, action: DeskAction, given: string) => {
    await responder.defer(from);
    const text = given.trim();
    const act = filledAct(action, text);
    const refusal = act === null ? words.nothingWritten : await attempt(from, id, act);
    if (refusal === null) await responder.remove(from);
    else await giveBack(from, refusal, text);
  };

  return {
    async pressed(data) {
      const given = interactionSchema.safeParse(data).data;
      const named = parseDeskId(given?.data?.custom_id ?? "");
      const from = given === undefined ? null : readFrom(given);
      if (given === undefined || named === null || from === null) return false;
      const { action } = named;
      // A desk that has moved: its old messages do nothing any more.
      if (from.place.channel !== channel) {
        await responder.reply(from, { content: words.refused.case_not_found ?? words.notTeam });
        return true;
      }
      const id = caseId(named.caseId);
      const plain = PLAIN[action];
      if (given.type === FORM) {
        await submit(from, id, action, filledText(given.data?.components));
      } else if (plain !== undefined) await press(from, id, plain);
      else if (action === "reply" || action === "note" || action === "return") {
        // At once: a window can be opened for three seconds only. Who is none of the team is told so when he sends it.
        await responder.form(from, formOf(action, id, words));
      }
      return true;
    },
  };
}
