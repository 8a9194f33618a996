import { z } from "zod";
import {
  detectLanguage,
  LANGUAGES,
  type Language,
  mayEdit,
  type Visibility,
} from "../../src/core/index.ts";
import { createErrands } from "../shared/errands.ts";
import { createKnowledgeMarks, type MarkedMessage } from "../shared/knowledge-marks.ts";
import { createMarkErrand, type MarkErrandParts } from "../shared/mark-errand.ts";
import type { LookedAt } from "../shared/marked-document.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { commandLabels } from "./command-labels.ts";
import { type DiscordAct, readSaid } from "./decode.ts";
import type { From } from "./decode-interaction.ts";
import { createDirectMessages, isShut } from "./direct-messages.ts";
import { CODES, discordErrorCode, isGone } from "./errors.ts";
import { timeOfSnowflake } from "./ids.ts";
import type { Notices } from "./notices.ts";
import { channelSchema, messageSchema } from "./payloads.ts";
import type { Place } from "./places.ts";
import { createResponder } from "./responder.ts";
import { channelSettings, isAllowed } from "./settings.ts";

/** Messages that become documents: by an editor's reaction or menu, and by pins where these are read. */
export interface DiscordMarks {
  /** Begins to do what was put down. */
  watch(): void;
  /** Resolves when what is to be done is put down. */
  heard(act: DiscordAct): Promise<void>;
  /** "Add to knowledge" was chosen in the menu of a message; it was answered that this takes a moment. */
  chosen(from: From, id: string): Promise<void>;
  /** Looks which messages are pinned now, in channels whose pins are read; one that cannot be read keeps no other from it. */
  readPins(): void;
}

const pinsAnswer = z.object({
  items: z.array(z.object({ pinned_at: z.string(), message: z.object({ id: z.string() }) })),
  has_more: z.boolean(),
});
const workSchema = z.object({
  channel: z.string(),
  id: z.string(),
  /** Who is told what became of it. */
  by: z.string().nullable(),
  /** False: he took his mark away. */
  isOn: z.boolean().default(true),
  /** He used the menu: where he is answered. */
  menu: z
    .object({
      id: z.string(),
      token: z.string(),
      application: z.string(),
      language: z.enum(LANGUAGES),
    })
    .nullable(),
});
type Work = z.infer<typeof workSchema>;
type Said = Parameters<MarkErrandParts<Work>["tell"]>[1];

/** A document is still wanted when Discord or the knowledge base was away for a day. */
const WORTH_MS = 24 * 3_600_000;
const PRIVATE_THREAD = 12;
/** A channel has at most 250. */
const MAX_PINS = 250;

export function createDiscordMarks(parts: AdapterParts, notices: Notices): DiscordMarks | null {
  const { host, settings, api, people, places, readers, memory, background, signal } = parts;
  const { shelf } = host;
  if (shelf === null) return null;
  const call = { signal };
  const errands = createErrands(parts);
  const directMessages = createDirectMessages(api);
  const responder = createResponder(api, call);

  const isPrivate = async (channel: string, place: Place): Promise<boolean> => {
    if (place.isDirect || place.guild === null) return true;
    const at = `/channels/${channel}` as const;
    const { type } = await api.call({ method: "GET", route: at }, channelSchema, call);
    return type === PRIVATE_THREAD || !(await readers.isSurelyOpen(place, call));
  };

  const visibilityOf = async (channel: string, place: Place): Promise<Visibility | null> => {
    const said = channelSettings(settings, place.channel).marked ?? null;
    if (!(await isPrivate(channel, place))) return said ?? "internal";
    return said === "public" ? null : said;
  };

  const look = async ({ channel, id }: MarkedMessage): Promise<LookedAt | null> => {
    try {
      const route = `/channels/${channel}/messages/${id}` as const;
      const message = await api.call({ method: "GET", route }, messageSchema, call);
      const place = await places.of(channel, null, call);
      const said = readSaid(message, await parts.identity());
      return {
        author: said?.name ?? "",
        text: said?.text ?? "",
        channelName: places.nameOf(channel) ?? places.nameOf(place.channel) ?? channel,
        writtenAt: timeOfSnowflake(id),
        link: `https://discord.com/channels/${place.guild ?? "@me"}/${channel}/${id}`,
        visibility: await visibilityOf(channel, place),
      };
    } catch (error) {
      if (isGone(error) || discordErrorCode(error) === CODES.missingAccess) return null;
      throw error;
    }
  };

  const isEditor = async (user: string, { channel }: MarkedMessage): Promise<boolean> => {
    const { guild, ...place } = await places.of(channel, null, call);
    const actor = { user, name: user, guild, roles: null };
    const roles = await people.rolesOf(actor, call);
    const channels = [place.channel, ...(place.thread === null ? [] : [place.thread])];
    if (!isAllowed(settings, { user, roles, guild, channels })) return false;
    return mayEdit(await people.principal(actor, call));
  };

  const platform = { name: "discord", look, isEditor };
  const marks = createKnowledgeMarks({ memory, shelf, platform });

  /** Only the one who did it reads it: in his direct messages, or under the message where he takes none. */
  const tell = async ({ channel, id }: Work, said: Said): Promise<void> => {
    const { by, key, text } = said;
    try {
      const direct = await directMessages.with(by, call);
      await notices.post(key, { channel: direct, replyTo: null }, text);
    } catch (error) {
      const isClosed = discordErrorCode(error) === CODES.cannotMessageUser;
      if (!isClosed && !isShut(error)) throw error;
      await notices.post(key, { channel, replyTo: id }, text);
    }
  };

  /** Of a message that cannot be read nobody knows the language. */
  const languageOf = async (message: MarkedMessage): Promise<Language> =>
    detectLanguage((await look(message).catch(() => null))?.text ?? "");

  const markErrand = createMarkErrand<Work>({
    marks,
    read: (payload) => workSchema.parse(payload),
    isMenu: ({ menu }) => menu !== null,
    labels: async (work) => commandLabels(work.menu?.language ?? (await languageOf(work))),
    setting: async ({ channel }) =>
      `discord.channels.${(await places.of(channel, null, call)).channel}.marked`,
    async tell(work, said) {
      const { menu } = work;
      const isTold = menu !== null && (await responder.tell(menu, { content: said.text }));
      if (!isTold) await tell(work, said);
    },
    logger: parts.logger,
  });
  errands.handle("mark", WORTH_MS, markErrand);

  const give = (id: string, work: MarkedMessage & Partial<Work>): Promise<boolean> =>
    errands.give("mark", id, { by: null, menu: null, ...work });

  const pinsOf = async (channel: string): Promise<readonly string[]> => {
    const ids: string[] = [];
    const route = `/channels/${channel}/messages/pins` as const;
    let before: string | undefined;
    do {
      const query = { limit: "50", ...(before === undefined ? {} : { before }) };
      const page = await api.call({ method: "GET", route, query }, pinsAnswer, call);
      ids.push(...page.items.map(({ message }) => message.id));
      before = page.has_more ? page.items.at(-1)?.pinned_at : undefined;
    } while (before !== undefined && ids.length < MAX_PINS);
    return ids;
  };

  /** Discord does not say which message was pinned: of those that were known only a start looks whether they still say the same. */
  const readPinsOf = async (channel: string, isStart: boolean): Promise<void> => {
    const run = parts.clock.now();
    const { changed, kept } = await marks.setPins(channel, await pinsOf(channel));
    for (const one of isStart ? [...changed, ...kept] : changed) {
      await give(`pins:${channel}:${one.id}:${run}`, one);
    }
  };

  return {
    watch: () => errands.watch(),
    readPins() {
      for (const channel of Object.keys(settings.channels)) {
        if (channelSettings(settings, channel).pins !== true) continue;
        background.run(`reading the pins of ${channel}`, () => readPinsOf(channel, true));
      }
    },
    async chosen({ id: interaction, token, application, language, actor, channel }, id) {
      const menu = { id: interaction, token, application, language };
      await give(`menu:${interaction}`, { channel, id, by: actor.user, menu });
    },
    async heard(act) {
      switch (act.type) {
        case "edited": {
          const { channel, id } = act.said;
          if (await marks.isMarked({ channel, id })) {
            await give(`edit:${id}:${act.edition}`, { channel, id });
          }
          return;
        }
        case "deleted":
          for (const id of act.ids) {
            const message = { channel: act.channel, id };
            if (await marks.isMarked(message)) await give(`gone:${id}`, message);
          }
          return;
        case "cleared": {
          const { channel, id } = act;
          if (!(await marks.isMarked({ channel, id }))) return;
          await marks.clear({ channel, id }, "reaction");
          await give(`cleared:${id}:${parts.clock.now()}`, { channel, id });
          return;
        }
        case "pins":
          if (channelSettings(settings, act.channel).pins === true)
            await readPinsOf(act.channel, false);
          return;
        case "reacted": {
          if (act.emoji !== settings.knowledgeEmoji) return;
          const { channel, id, user, isOn } = act;
          const mark = { kind: "reaction", user } as const;
          await (isOn ? marks.put({ channel, id }, mark) : marks.remove({ channel, id }, mark));
          const name = `reaction:${id}:${user}:${isOn}:${parts.clock.now()}`;
          await give(name, { channel, id, by: user, isOn });
          return;
        }
        case "channel-gone":
        case "channels":
        case "guild-gone":
        case "nothing":
        case "said":
        case "spoke":
          return;
      }
    },
  };
}
