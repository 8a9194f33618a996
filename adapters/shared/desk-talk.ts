import { type CaseId, isFrontdeskError, type SharedFile } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";
import { type DeskLine, readDeskLine } from "./desk-commands.ts";
import type { DeskWords } from "./desk-words.ts";

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

/** How agents of a platform work on cases; the answer is for the agent alone, null when none is needed. */
export interface DeskTalk {
  line(doing: DeskDoing, text: string): Promise<string | null>;
  act(doing: DeskDoing, act: DeskAct): Promise<string | null>;
  /** A line was edited: so is what the customer or the other desks have of it. It becomes no order by that. */
  correct(
    doing: DeskDoing,
    line: { readonly before: string; readonly now: string },
  ): Promise<string | null>;
  /** A line was deleted: it is taken back everywhere. */
  withdraw(doing: DeskDoing, line: { readonly before: string }): Promise<string | null>;
  /** `!online` and `!away` outside of any case; null for anything else. */
  attend(agent: Agent, key: string, text: string): Promise<string | null>;
}

/** Makes what desks on platforms have in common. */
export function createDeskTalk(parts: {
  readonly office: DeskOffice;
  readonly words: DeskWords;
  readonly repliesByDefault: boolean;
  /** Who is meant by a mention or a name; null for nobody. */
  readonly whoIs: (text: string) => Promise<Agent | null>;
}): DeskTalk {
  const { office, words, whoIs } = parts;

  const attended = ({ type }: DeskAct): string | null =>
    type === "online" ? words.online : type === "away" ? words.away : null;

  const act: DeskTalk["act"] = async ({ caseId, agent, key, origin }, given) => {
    try {
      await office.act(caseId, agent, given, key, origin);
      return attended(given);
    } catch (error) {
      // What the store cannot take now comes again from the platform.
      if (!isFrontdeskError(error) || error.code === "store_unavailable") throw error;
      // It is somebody else who has no room.
      if (error.code === "agent_busy" && given.type === "assign") return error.message;
      return words.refused[error.code] ?? error.message;
    }
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
      case "unclear":
        return words.unclear(line.word);
    }
  };

  const correct: DeskTalk["correct"] = async (doing, { before, now }) => {
    const { repliesByDefault } = parts;
    const [was, is] = [before, now].map((text) =>
      readDeskLine(text, { repliesByDefault, caseId: doing.caseId }),
    );
    if (before.trim() === now.trim()) return null;
    if (was?.type !== "act" || is?.type !== "act" || was.act.type !== is.act.type) {
      return words.noOrder;
    }
    if (is.act.type !== "note" && is.act.type !== "reply") return words.noOrder;
    return act(doing, { type: "revise", of: is.act.type, text: is.act.text });
  };

  const withdraw: DeskTalk["withdraw"] = async (doing, { before }) => {
    const { repliesByDefault } = parts;
    // Whether files came with it, nobody says any more.
    const was = readDeskLine(before, { repliesByDefault, caseId: doing.caseId, hasFiles: true });
    if (was.type !== "act" || (was.act.type !== "note" && was.act.type !== "reply")) return null;
    return act(doing, { type: "withdraw", of: was.act.type });
  };

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
