import { z } from "zod";
import { type CaseId, caseId, ROLES } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { DeskOffice } from "../../src/ports/desk.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import { createDeskTalk, type DeskDoing } from "../shared/desk-talk.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { DiscordAct, Said } from "./decode.ts";
import { type DiscordBoard, originOf } from "./desk-board.ts";
import { createDeskPresses, type DeskPresses } from "./desk-presses.ts";
import type { DeskTeam } from "./desk-team.ts";
import type { Notices } from "./notices.ts";
import type { Place } from "./places.ts";

/** The desk's part of what Discord sends. Each resolves when it is durable. */
export interface DiscordDeskIntake extends DeskPresses {
  /** False when it is none of the desk's. */
  heard(act: DiscordAct): Promise<boolean>;
  /** Whether a place is a thread of the desk: there every word counts, however old. */
  isThread(place: Place): boolean;
}

/** What an agent wrote; of lines from before authors were kept, only the words are known. */
const textSchema = z.union([
  z.string().transform((text) => ({ text, agent: undefined })),
  z.object({
    text: z.string(),
    agent: z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES).exactOptional() }),
  }),
]);

export function createDiscordDeskIntake(
  parts: AdapterParts,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly office: DeskOffice;
    readonly board: DiscordBoard;
    readonly team: DeskTeam;
    readonly repliesByDefault: boolean;
    readonly notices: Notices;
  },
): DiscordDeskIntake {
  const { places, memory, signal } = parts;
  const { channel, words, office, board, team, repliesByDefault, notices } = options;
  const call = { signal };
  const textName = (id: string): string => `desk:text:${id}`;

  const talkAt = (desk: Pick<Place, "guild" | "channel">) =>
    createDeskTalk({
      office,
      words,
      repliesByDefault,
      memory,
      whoIs: (text) => team.named(text, desk),
    });

  /** The thread is the team's own: what only its writer need know stands under his message. */
  const tell = (said: Said, key: string, text: string | null): void => {
    if (text === null) return;
    notices.say(`desk:${key}`, { channel: said.channel, replyTo: said.id }, text);
  };

  const agentOf = ({ user, name, guild, roles }: Said, place: Place) =>
    team.agentOf({ user, name, guild: place.guild ?? guild, roles }, place);

  const write = async (said: Said, place: Place, id: CaseId): Promise<void> => {
    if (said.text === "" && said.attachments.length === 0) return;
    const agent = await agentOf(said, place);
    if (agent === null) return tell(said, `${said.id}:team`, words.notTeam);
    const doing: DeskDoing = {
      caseId: id,
      agent,
      key: `desk:discord:${said.channel}:${said.id}`,
      origin: originOf(said.channel, said.id),
      files: said.attachments.map((file) => ({ ...file, platform: "discord" as const })),
    };
    await memory.set(textName(said.id), { text: said.text, agent }, CASE_MS);
    tell(said, said.id, await talkAt(place).line(doing, said.text));
  };

  const correct = async (said: Said, edition: string, place: Place, id: CaseId): Promise<void> => {
    const before = (await memory.get(textName(said.id), textSchema))?.text ?? null;
    // A preview or a pin changes no words; of what was never taken in there is nothing to correct.
    if (before === null || before === said.text) return;
    const agent = await agentOf(said, place);
    if (agent === null) return;
    const doing: DeskDoing = {
      caseId: id,
      agent,
      key: `desk:discord:${said.channel}:${said.id}:${edition}`,
      origin: originOf(said.channel, said.id),
    };
    const refusal = await talkAt(place).correct(doing, { before, now: said.text });
    await memory.set(textName(said.id), { text: said.text, agent }, CASE_MS);
    tell(said, `${said.id}:${edition}`, refusal);
  };

  /** Discord says of what is gone only where it stood. */
  const withdraw = async (channel: string, message: string, id: CaseId): Promise<void> => {
    const known = await memory.get(textName(message), textSchema);
    if (known?.agent === undefined) return;
    const doing: DeskDoing = {
      caseId: id,
      agent: known.agent,
      key: `desk:discord:${channel}:${message}:deleted`,
      origin: originOf(channel, message),
    };
    const place = await places.of(channel, null, call);
    const refusal = await talkAt(place).withdraw(doing);
    if (refusal !== null)
      notices.say(`desk:${message}:deleted`, { channel, replyTo: null }, refusal);
  };

  const deleted = async (act: Extract<DiscordAct, { type: "deleted" }>): Promise<boolean> => {
    const id = await board.caseOf(act.channel);
    if (id === null) return false;
    for (const message of act.ids) await withdraw(act.channel, message, id);
    return true;
  };

  /** Who comes and goes may say so in the channel itself. */
  const attend = async (said: Said, place: Place): Promise<boolean> => {
    const isHere = place.thread === null && place.channel === channel && !said.isBot;
    if (!isHere || !/^[!！](?:online|away)$/iu.test(said.text)) return false;
    const agent = await agentOf(said, place);
    const key = `desk:discord:${said.channel}:${said.id}`;
    const answer =
      agent === null ? words.notTeam : await talkAt(place).attend(agent, key, said.text);
    tell(said, `${said.id}:attend`, answer);
    return true;
  };

  const isThread = (place: Place): boolean => place.thread !== null && place.channel === channel;

  return {
    isThread,
    ...createDeskPresses(parts, {
      channel,
      words,
      team,
      act: (desk: Place, doing: DeskDoing, act: DeskAct) => talkAt(desk).act(doing, act),
      notices,
    }),
    async heard(act) {
      if (act.type === "deleted") return deleted(act);
      if (act.type !== "said" && act.type !== "edited") return false;
      const { said } = act;
      const place = await places.of(said.channel, said.guild, call);
      if (!isThread(place)) return act.type === "said" && attend(said, place);
      const id = await board.caseOf(said.channel);
      if (id === null) return false;
      if (said.isBot) return true;
      if (act.type === "edited") await correct(said, act.edition, place, caseId(id));
      else await write(said, place, caseId(id));
      return true;
    },
  };
}
