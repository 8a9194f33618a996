import { z } from "zod";
import {
  AGENT_RESOLUTIONS,
  type CaseId,
  isFrontdeskError,
  type SharedFile,
} from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";
import { CASE_MS } from "./case-lifetime.ts";
import { type DeskLine, readDeskLine } from "./desk-commands.ts";
import type { DeskWords } from "./desk-words.ts";
import type { Remembered } from "./remembered.ts";

/** Something an agent did, with the name under which it is done once. */
export interface DeskDoing {
  readonly caseId: CaseId;
  readonly agent: Agent;
  readonly key: string;
  /** Where it was written, so that this place does not show it a second time. */
  readonly origin?: string;
  /** Files that came with it: they go where its words go. */
  readonly files?: readonly SharedFile[];
}

/** What a line was when it was handed in: of that kind it stays, whatever its text becomes. */
const kindSchema = z.enum(["reply", "note"]);
type LineKind = z.infer<typeof kindSchema>;

/** What a text makes of a line; null for orders and for what cannot be read. */
function kindOf(line: DeskLine): LineKind | null {
  if (line.type !== "act") return null;
  if (line.act.type === "canned") return "reply";
  return kindSchema.safeParse(line.act.type).data ?? null;
}

/** How agents of a platform work on cases; the answer is for the agent alone, null when none is needed. */
export interface DeskTalk {
  line(doing: DeskDoing, text: string): Promise<string | null>;
  act(doing: DeskDoing, act: DeskAct): Promise<string | null>;
  /** A line was edited: so is what the customer or the other desks have of it. It becomes no order by that, and no note a reply. */
  correct(
    doing: DeskDoing,
    line: { readonly before: string; readonly now: string },
  ): Promise<string | null>;
  /** A line was deleted: it is taken back everywhere. */
  withdraw(doing: DeskDoing): Promise<string | null>;
  /** `!online` and `!away` outside of any case; null for anything else. */
  attend(agent: Agent, key: string, text: string): Promise<string | null>;
}

/** Makes what desks on platforms have in common. */
export function createDeskTalk(parts: {
  readonly office: DeskOffice;
  readonly words: DeskWords;
  readonly repliesByDefault: boolean;
  /** Knows what was handed in before the desk shows it. */
  readonly memory: Pick<Remembered, "get" | "set">;
  /** Who is meant by a mention or a name; null for nobody. */
  readonly whoIs: (text: string) => Promise<Agent | null>;
}): DeskTalk {
  const { office, words, memory, whoIs } = parts;

  const attended = ({ type }: DeskAct): string | null =>
    type === "online" ? words.online : type === "away" ? words.away : null;

  /** What came of it in words, where there are any. */
  const spoken = async (
    doing: () => Promise<string | null>,
    act: DeskAct["type"] | null = null,
  ): Promise<string | null> => {
    try {
      return await doing();
    } catch (error) {
      // What the store cannot take now comes again from the platform.
      if (!isFrontdeskError(error) || error.code === "store_unavailable") throw error;
      // It is somebody else who has no room.
      if (error.code === "agent_busy" && act === "assign") return error.message;
      return words.refused[error.code] ?? error.message;
    }
  };

  const kindName = ({ caseId, origin = "" }: DeskDoing): string => `desk:kind:${caseId}:${origin}`;

  const act: DeskTalk["act"] = (doing, given) =>
    spoken(async () => {
      const { caseId, agent, key, origin } = doing;
      await office.act(caseId, agent, given, key, origin);
      const kind = kindOf({ type: "act", act: given });
      if (kind !== null && origin !== undefined) await memory.set(kindName(doing), kind, CASE_MS);
      return attended(given);
    }, given.type);

  /** What was made of a line when it was written: the case knows, and until the desk shows it, whoever handed it in. */
  const writtenAs = async (doing: DeskDoing): Promise<LineKind | null> => {
    const { entries } = await office.find(doing.caseId);
    const entry = entries.find(({ line, origin }) => (line ?? origin) === doing.origin);
    return entry === undefined
      ? memory.get(kindName(doing), kindSchema)
      : (kindSchema.safeParse(entry.kind).data ?? null);
  };

  const assign = async (doing: DeskDoing, who: string): Promise<string | null> => {
    const found = await whoIs(who);
    if (found === null) return words.nobody(who);
    return act(doing, { type: "assign", to: found.name, toBy: found.id });
  };

  const follow = async (doing: DeskDoing, line: DeskLine): Promise<string | null> => {
    switch (line.type) {
      case "act":
        return act(doing, line.act);
      case "assign":
        return assign(doing, line.who);
      case "help":
        return words.help;
      case "no-resolution":
        return words.noResolution(line.name, AGENT_RESOLUTIONS);
      case "unclear":
        return words.unclear(line.word);
    }
  };

  const correct: DeskTalk["correct"] = async (doing, { before, now }) => {
    if (before.trim() === now.trim()) return null;
    const { repliesByDefault } = parts;
    const is = readDeskLine(now, { repliesByDefault, caseId: doing.caseId });
    return spoken(async () => {
      const of = await writtenAs(doing);
      const isWords = is.type === "act" && (is.act.type === "note" || is.act.type === "reply");
      if (!isWords || is.act.type !== of) return words.noOrder;
      return act(doing, { type: "revise", of, text: is.act.text });
    });
  };

  const withdraw: DeskTalk["withdraw"] = (doing) =>
    spoken(async () => {
      const of = await writtenAs(doing);
      // An order, or words that were refused: nobody has anything of it.
      return of === null ? null : act(doing, { type: "withdraw", of });
    });

  return {
    act,
    correct,
    withdraw,
    async attend(agent, key, text) {
      const [, word] = /^[!！](online|away)$/iu.exec(text.trim()) ?? [];
      if (word === undefined) return null;
      const isThere = word.toLowerCase() === "online";
      await office.attend(agent, isThere, key);
      return isThere ? words.online : words.away;
    },
    async line(doing, text) {
      const { repliesByDefault } = parts;
      const { caseId, files = [] } = doing;
      const hasFiles = files.length > 0;
      const line: DeskLine = readDeskLine(text, { repliesByDefault, caseId, hasFiles });
      const said = line.type === "act" ? line.act : null;
      if (hasFiles && (said?.type === "reply" || said?.type === "note")) {
        return act(doing, { ...said, files });
      }
      const answer = await follow(doing, line);
      if (!hasFiles) return answer;
      return answer === null ? words.filesStay : `${answer}\n${words.filesStay}`;
    },
  };
}
