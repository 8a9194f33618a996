import { deskWords } from "../adapters/shared/desk-words.ts";
import { createDialogueTasks, DEFAULT_DIALOGUE_SETTINGS, shownName } from "../flows/index.ts";
import {
  type Assigner,
  createAssigner,
  createCaseLoad,
  createDeskOffice,
  createDraftTask,
  createLearning,
  type Learning,
} from "./application/index.ts";
import { dialogueSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import { type Clock, systemClock } from "./ports/clock.ts";
import type { AgentRoster, DeskOffice, DeskView } from "./ports/desk.ts";
import type { DocumentShelf } from "./ports/document-shelf.ts";
import type { HandoverLog } from "./ports/handover-log.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";
import type { Retriever } from "./ports/retriever.ts";
import type { TaskHandler } from "./ports/task.ts";
import { createAgentRoster, createHandoverLog } from "./runtime/index.ts";

/** Open cases by state, for metrics. */
export async function countCases(
  desk: Pick<DeskView, "list">,
): Promise<Readonly<Record<"waiting" | "claimed", number>>> {
  const open = await desk.list({ includeResolved: false });
  const waiting = open.filter(({ state }) => state === "waiting").length;
  return { waiting, claimed: open.length - waiting };
}

const MINUTE_MS = 60_000;

/** Who works at the desk, and how. */
export interface ComposedDesk {
  readonly roster: AgentRoster;
  /** Null where agents take cases themselves. */
  readonly assigner: Assigner | null;
  /** Who belongs to a team that lists somebody. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly learning: Learning;
  readonly handovers: HandoverLog;
  readonly office: DeskOffice;
  /** Writes what the bot would answer in a case. */
  readonly draft: TaskHandler;
}

/** Where agents of every desk hand in what they do. */
export function composeOffice(parts: {
  readonly config: Config;
  readonly inbox: Inbox;
  readonly desk: DeskView;
  readonly memory: KeyedMemory;
  readonly retriever: Retriever;
  readonly shelf: DocumentShelf;
  readonly chatModel: ChatModel | null;
  readonly logger: Logger;
  /** Ends what is being looked up. */
  readonly signal: AbortSignal;
  /** Default: the clock of this machine. */
  readonly clock?: Clock;
}): ComposedDesk {
  const { clock = systemClock } = parts;
  const { capacity, teams, canned, assign, onlineMinutes } = parts.config.handover;
  const names = teams.map(({ name }) => name);
  const roster = createAgentRoster(parts.memory, { forMs: onlineMinutes * MINUTE_MS });
  const load = createCaseLoad({ view: parts.desk, memory: parts.memory });
  const common = { inbox: parts.inbox, view: parts.desk, clock, capacity, roster, load };
  const members = new Map(teams.map(({ name, agents }) => [name, agents]));
  const assigner = assign === "online" ? createAssigner({ ...common, members }) : null;
  const handovers = createHandoverLog(parts.memory);
  const { botName } = DEFAULT_DIALOGUE_SETTINGS;
  const words = deskWords(parts.config.handover.language);
  const settings = dialogueSettings(parts.config, false);
  const learning = createLearning({
    ...common,
    memory: parts.memory,
    log: handovers,
    shelf: parts.shelf,
    botName,
    words: { offer: words.learnOffer, learned: words.learned },
    logger: parts.logger,
    signal: parts.signal,
  });
  const office = createDeskOffice({
    ...common,
    learning,
    canned,
    shownName: (agent) => shownName(agent, settings.cases),
    assign: assigner === null ? null : (name) => assigner.assign(name),
    teams: names,
    words,
  });
  const draft = createDraftTask({
    tasks: createDialogueTasks({
      retriever: parts.retriever,
      chatModel: parts.chatModel,
      webSearch: null,
      settings,
      logger: parts.logger,
    }),
    view: parts.desk,
    nothingFound: words.noDraft,
  });
  return { roster, assigner, members, learning, handovers, office, draft };
}
