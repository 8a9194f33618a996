import { z } from "zod";
import type { CaseRecord } from "../../src/core/index.ts";
import { ACTIONS } from "./action-ids.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { actionsBlock, button, contextBlock, type SlackBlock, sectionBlock } from "./blocks.ts";
import { type CommandLabels, commandLabels } from "./command-labels.ts";
import type { SlackAct } from "./decode.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";
import { troubleLine } from "./trouble.ts";

type Opened = Extract<SlackAct, { type: "home-opened" }>;

/** The app's own tab, and the prompts above its messages. */
export interface Home {
  /** Resolves when it is sure to be shown. */
  opened(act: Opened, eventId: string): Promise<void>;
}

const anything = z.object({});
const askedSchema = z.object({ conversation: z.string(), question: z.string() });
type Asked = z.infer<typeof askedSchema>;

const openedSchema = z.object({ user: z.string(), channel: z.string().nullable() });
/** Nobody looks at it any more later. */
const WORTH_MS = 60_000;

const MAX_PROMPTS = 4;
const MAX_RECENT = 5;
const MAX_LOOKED_AT = 100;

function header(text: string): SlackBlock {
  return { type: "header", text: { type: "plain_text", text } };
}

function lines(found: readonly string[], none: string): SlackBlock {
  return sectionBlock(cut(found.length === 0 ? none : found.join("\n"), 2_900));
}

function caseLine({ id, state, packet }: CaseRecord, labels: CommandLabels): string {
  const question = packet.question ?? packet.summary;
  return `• *${mrkdwnLine(id)}* ${mrkdwnLine(cut(question, 150))} — _${labels.caseState[state]}_`;
}

/** The home tab for one person. */
function homeBlocks(options: {
  readonly labels: CommandLabels;
  readonly askCommand: string;
  readonly prompts: readonly string[];
  readonly cases: readonly CaseRecord[];
  readonly recent: readonly string[];
  /** What is wrong, for admins. */
  readonly troubles: readonly string[];
}): readonly SlackBlock[] {
  const { labels, prompts, cases, recent, troubles } = options;
  const buttons = prompts
    .slice(0, MAX_PROMPTS)
    .map((prompt, index) => button(`${ACTIONS.prompt}:${index}`, prompt, cut(prompt, 2_000)));
  return [
    header(labels.homeTitle),
    sectionBlock(labels.homeIntro(options.askCommand)),
    ...(buttons.length === 0 ? [] : [contextBlock([labels.homePrompts]), actionsBlock(buttons)]),
    header(labels.homeCases),
    lines(
      cases.map((record) => caseLine(record, labels)),
      labels.homeNoCases,
    ),
    header(labels.homeRecent),
    lines(
      recent.map((question) => `• ${mrkdwnLine(cut(question, 200))}`),
      labels.homeNoRecent,
    ),
    ...(troubles.length === 0 ? [] : [header(labels.homeTrouble), lines(troubles, "")]),
  ];
}

export function createHome(parts: AdapterParts): Home {
  const { host, settings, api, people, memory, notes, errands, signal } = parts;
  const call = { signal };

  const promptsIn = (labels: CommandLabels): readonly string[] =>
    (settings.prompts.length === 0 ? labels.prompts : settings.prompts).slice(0, MAX_PROMPTS);

  /** Cases from before it was kept whose they are count as of whoever asked in their conversation. */
  const openCases = async (
    user: string,
    asked: readonly Asked[],
  ): Promise<readonly CaseRecord[]> => {
    if (host.desk === null) return [];
    const mine = new Set(asked.map(({ conversation }) => conversation));
    const all = await host.desk.list({ includeResolved: false });
    const isMine = ({ packet: { customerId, conversationId, platform } }: CaseRecord): boolean =>
      customerId === undefined
        ? mine.has(conversationId)
        : customerId === user && platform === "slack";
    return all.filter(isMine).slice(0, 10);
  };

  const publish = async (user: string): Promise<void> => {
    const found = await memory.list(`asked:${user}:`, askedSchema, MAX_LOOKED_AT);
    const asked = found.map(({ value }) => value);
    const [language, cases, { role }] = await Promise.all([
      people.language(user, call),
      openCases(user, asked),
      people.principal(user, call),
    ]);
    const troubles = role === "admin" ? await notes.open() : [];
    const labels = commandLabels(language);
    const blocks = homeBlocks({
      labels,
      askCommand: settings.commands.ask,
      prompts: promptsIn(labels),
      cases,
      recent: [...new Set(asked.map(({ question }) => question))].slice(0, MAX_RECENT),
      troubles: troubles.map((trouble) => `• ${troubleLine(trouble, language)}`),
    });
    await api.call(
      "views.publish",
      { user_id: user, view: { type: "home", blocks } },
      anything,
      call,
    );
  };

  const suggest = async (user: string, channel: string): Promise<void> => {
    const labels = commandLabels(await people.language(user, call));
    const prompts = promptsIn(labels).map((message) => ({ title: cut(message, 75), message }));
    await api.call(
      "assistant.threads.setSuggestedPrompts",
      { channel_id: channel, prompts },
      anything,
      call,
    );
  };

  errands.handle("home", WORTH_MS, async (payload) => {
    const { user, channel } = openedSchema.parse(payload);
    if (channel === null) await publish(user);
    else await suggest(user, channel);
    return "done";
  });

  return {
    async opened({ user, channel, tab }, eventId) {
      if (tab === "messages" && channel !== null) {
        await errands.give("home", eventId, { user, channel });
      } else if (tab === "home") {
        await errands.give("home", eventId, { user, channel: null });
      }
    },
  };
}
