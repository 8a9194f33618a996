import { z } from "zod";
import { mayEdit, type Visibility } from "../../src/core/index.ts";
import {
  createKnowledgeMarks,
  type KnowledgeMarks,
  type Mark,
  type MarkedMessage,
  PIN,
} from "../shared/knowledge-marks.ts";
import { createMarkErrand } from "../shared/mark-errand.ts";
import type { LookedAt } from "../shared/marked-document.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import { readSaid, type SlackAct } from "./decode.ts";
import { slackErrorName } from "./errors.ts";
import { isDirect } from "./ids.ts";
import type { Notices } from "./notices.ts";
import { messageSchema, type SlackMessageAction } from "./payloads.ts";
import { channelSettings, isAllowed } from "./settings.ts";

/** Messages that become documents: by an editor's reaction or menu, and by pins where these are read. */
export interface SlackMarks {
  /** Resolves when what is to be done is put down. */
  heard(act: SlackAct, eventId: string): Promise<void>;
  /** "Add to knowledge" was chosen in the menu of a message. */
  chosen(given: SlackMessageAction): Promise<void>;
  /** Looks which messages are pinned now, in channels whose pins are read. */
  readPins(): void;
}

const message = messageSchema.extend({ permalink: z.string().optional() });
const getAnswer = z.object({ message });
const pinsAnswer = z.object({
  items: z.array(
    z.looseObject({ type: z.string(), message: z.object({ ts: z.string() }).nullish() }),
  ),
});
const infoAnswer = z.object({
  channel: z.object({
    name: z.string().nullish(),
    is_private: z.boolean().nullish(),
    is_im: z.boolean().nullish(),
    is_mpim: z.boolean().nullish(),
  }),
});
/** What is to be brought in line with its marks. */
const workSchema = z.object({
  channel: z.string(),
  id: z.string(),
  /** Who is told what became of it. */
  by: z.string().nullable(),
  /** False: he took his mark away. */
  isOn: z.boolean().default(true),
  /** He used the menu. */
  isMenu: z.boolean().default(false),
  responseUrl: z.string().nullable().default(null),
});
type Work = z.infer<typeof workSchema>;

/** A document is still wanted when Slack or the knowledge base was away for a day. */
const WORTH_MS = 24 * 3_600_000;
/** The message or its channel is gone for us. */
const GONE = new Set(["message_not_found", "channel_not_found", "not_in_channel"]);

export function createSlackMarks(parts: AdapterParts, notices: Notices): SlackMarks | null {
  const { host, settings, api, people, memory, errands, background, signal } = parts;
  const { shelf } = host;
  if (shelf === null) return null;
  const call = { signal };

  const visibilityOf = (channel: string, isPrivate: boolean): Visibility | null => {
    const said = channelSettings(settings, channel).marked ?? null;
    if (!isPrivate) return said ?? "internal";
    return said === "public" ? null : said;
  };

  const look = async ({ channel, id }: MarkedMessage): Promise<LookedAt | null> => {
    const self = await parts.identity();
    const which = { channel, timestamp: id, full: true };
    const found = await orGone(() =>
      api.call("reactions.get", which, getAnswer, { ...call, expects: GONE }),
    );
    const place = await orGone(() =>
      api.call("conversations.info", { channel }, infoAnswer, { ...call, expects: GONE }),
    );
    if (found === null || place === null) return null;
    const said = readSaid(found.message, channel, self);
    const { name, ...kinds } = place.channel;
    const author = said === null ? null : await people.principal(said.user, call);
    const isPrivate = isDirect(channel) || Object.values(kinds).includes(true);
    return {
      author: author?.displayName ?? "",
      text: said?.text ?? "",
      channelName: name ?? channel,
      writtenAt: Number(id) * 1_000,
      link:
        found.message.permalink ??
        `https://slack.com/app_redirect?team=${self.team}&channel=${channel}&message_ts=${id}`,
      visibility: visibilityOf(channel, isPrivate),
    };
  };

  const marks: KnowledgeMarks = createKnowledgeMarks({
    memory,
    shelf,
    platform: {
      name: "slack",
      look,
      isEditor: async (user, { channel }) =>
        isAllowed(settings, { user, channel, isDirect: isDirect(channel) }) &&
        mayEdit(await people.principal(user, call)),
    },
  });

  const markErrand = createMarkErrand<Work>({
    marks,
    read: (payload) => workSchema.parse(payload),
    isMenu: ({ isMenu }) => isMenu,
    labels: async (_, by) => commandLabels(await people.language(by, call)),
    setting: ({ channel }) => Promise.resolve(`slack.channels.${channel}.marked`),
    async tell({ channel, responseUrl }, { by, key, text }) {
      await notices.whisper({ channel, thread: null, user: by }, text, { id: key, responseUrl });
    },
    logger: parts.logger,
  });
  errands.handle("mark", WORTH_MS, markErrand);

  const give = (id: string, work: Partial<Work> & MarkedMessage): Promise<boolean> =>
    errands.give("mark", id, { by: null, ...work });

  const changed = async (marked: MarkedMessage, eventId: string): Promise<void> => {
    if (await marks.isMarked(marked)) await give(eventId, marked);
  };

  /** One channel that cannot be read keeps no other from being read. */
  const readPins = (): void => {
    for (const channel of Object.keys(settings.channels)) {
      if (channelSettings(settings, channel).pins !== true) continue;
      background.run(`reading the pins of ${channel}`, async () => {
        const { items } = await api.call("pins.list", { channel }, pinsAnswer, call);
        const pinned = items.flatMap(({ message: one }) => one?.ts ?? []);
        const run = parts.clock.now();
        const { changed, kept } = await marks.setPins(channel, pinned);
        for (const one of [...changed, ...kept])
          await give(`pins:${channel}:${one.id}:${run}`, one);
      });
    }
  };

  return {
    readPins,
    async heard(act, eventId) {
      if (act.type === "edited") {
        return changed({ channel: act.said.channel, id: act.said.ts }, eventId);
      }
      if (act.type === "deleted") return changed({ channel: act.channel, id: act.ts }, eventId);
      if (act.type !== "marked") return;
      const { channel, ts: id, user, reaction, isOn } = act;
      const isPin = reaction === null;
      if (isPin && channelSettings(settings, channel).pins !== true) return;
      if (!isPin && reaction !== settings.knowledgeEmoji) return;
      const mark: Mark = isPin ? PIN : { kind: "reaction", user };
      await (isOn ? marks.put({ channel, id }, mark) : marks.remove({ channel, id }, mark));
      await give(eventId, { channel, id, by: user, isOn });
    },
    async chosen({ channel, message: { ts: id }, user, action_ts: at, response_url: responseUrl }) {
      const work = { channel: channel.id, id, by: user.id, isMenu: true, responseUrl };
      await give(`${channel.id}:${id}:${at}`, work);
    },
  };
}

/** Null when there is no such thing any more, or none that we may see. */
async function orGone<Found>(ask: () => Promise<Found>): Promise<Found | null> {
  try {
    return await ask();
  } catch (error) {
    if (GONE.has(slackErrorName(error) ?? "")) return null;
    throw error;
  }
}
