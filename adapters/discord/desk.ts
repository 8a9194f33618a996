import { deskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { DiscordCall } from "./client.ts";
import { createDiscordBoard, type DiscordBoard } from "./desk-board.ts";
import { createDiscordDeskIntake, type DiscordDeskIntake } from "./desk-intake.ts";
import { createDeskTeam } from "./desk-team.ts";
import type { Notices } from "./notices.ts";

/** The desk in a forum or channel: what it shows, and what agents do there. */
export interface DiscordDesk extends DiscordDeskIntake {
  readonly board: DiscordBoard;
  /** Whether somebody of the team is no member of the desk's server any more. */
  hasLeft(user: string, call: DiscordCall): Promise<boolean>;
}

/** Null when cases go elsewhere. */
export function createDiscordDesk(parts: AdapterParts, notices: Notices): DiscordDesk | null {
  const { settings, host } = parts;
  const { deskChannel: channel, deskLanguage, deskReplies: repliesByDefault } = settings;
  const { office } = host;
  if (channel === null || office === null) return null;
  const common = { channel, office, words: deskWords(deskLanguage) };
  const board = createDiscordBoard(parts, { ...common, callees: settings.deskCallees });
  const team = createDeskTeam(parts);
  return {
    board,
    hasLeft: async (user, call) => team.hasLeft(user, await parts.places.of(channel, null, call)),
    ...createDiscordDeskIntake(parts, { ...common, board, team, repliesByDefault, notices }),
  };
}
