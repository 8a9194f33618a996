import { deskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { createSlackBoard, type SlackBoard } from "./desk-board.ts";
import { createSlackDeskIntake, type SlackDeskIntake } from "./desk-intake.ts";
import type { Notices } from "./notices.ts";

/** The desk in a channel of the workspace: what it shows, and what agents do there. */
export interface SlackDesk extends SlackDeskIntake {
  readonly board: SlackBoard;
}

/** Null when cases go elsewhere. */
export function createSlackDesk(parts: AdapterParts, notices: Notices): SlackDesk | null {
  const { settings, host } = parts;
  const { deskChannel: channel, deskLanguage, deskReplies: repliesByDefault } = settings;
  const { office } = host;
  if (channel === null || office === null) return null;
  const common = { channel, office, words: deskWords(deskLanguage) };
  const board = createSlackBoard(parts, { ...common, callees: settings.deskCallees });
  return {
    board,
    ...createSlackDeskIntake(parts, { ...common, board, repliesByDefault, notices }),
  };
}
