import { ButtonStyle } from "discord.js";
import { z } from "zod";
import { detectLanguage, type InboundMessage, isFrontdeskError } from "../../src/core/index.ts";
import { CASE_MS } from "../shared/case-lifetime.ts";
import { createLoopGuard } from "../shared/loop-guard.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { type ButtonPlace, button, row } from "./components.ts";
import { createCorrections } from "./corrections.ts";
import { ACTIONS } from "./custom-ids.ts";
import type { Said } from "./decode.ts";
import { createEarlierTalk } from "./earlier-talk.ts";
import { type Hearing, hear } from "./hearing.ts";
import { discordMessageId, isSharedTalk } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import type { Notices } from "./notices.ts";
import type { Actor } from "./people.ts";
import type { Place } from "./places.ts";
import {
  askerName,
  editionName,
  type Intake,
  type Placed,
  saidKey,
  spokenName,
  takenName,
} from "./taking-in.ts";
import { addressAt, placeSaid } from "./talk.ts";
import { MAX_MESSAGE_CHARACTERS } from "./text-in.ts";

const DAY_MS = 24 * 3_600_000;

export function createIntake(parts: AdapterParts, notices: Notices): Intake {
  const { host, settings, memory, watermarks, typing, chains, clock, logger, signal } = parts;
  const call = { signal };
  const loops = createLoopGuard(parts.budget, "discord:loop:");
  const earlier = createEarlierTalk(parts);
  const { isKnown } = parts.participation;
  const isUnderAnswer = parts.receipts.isAnswer;
  const hearing = { settings, rules: parts.rules, loops, isKnown, isUnderAnswer };

  const place: Intake["place"] = (said) => placeSaid(parts, said, call);

  const remember = async (
    message: InboundMessage,
    { said, root }: Placed,
    isOwnWords: boolean,
  ): Promise<void> => {
    const { userId } = message.principal;
    const { conversationId: conversation } = message.address;
    const entry = { conversation, question: message.text.slice(0, 200) };
    // Talk that was only overheard, and what a button says in somebody's name, is no question of his.
    if (message.isAddressed && isOwnWords) {
      await memory.set(`asked:${userId}:${said.id}`, entry, 30 * DAY_MS);
    }
    await memory.set(takenName(said.id), { conversation, text: said.text }, 2 * DAY_MS);
    await memory.set(spokenName(said.id), conversation, CASE_MS);
    await chains.note(said.id, root);
  };

  const receive: Intake["receive"] = async (placed, options) => {
    const { said, place: at, conversation } = placed;
    const { edition = null, variant = null } = options;
    if (options.isAddressed) typing.begin(said.channel);
    // However it comes in: heard, missed, mended, or after a "yes".
    if (options.isAddressed && variant === null) await earlier.bring(placed);
    const author: Actor = {
      user: said.user,
      name: said.name,
      guild: at.guild,
      roles: placed.roles,
    };
    const [principal, audience, manner] = await Promise.all([
      parts.people.principal(options.asker ?? author, call),
      parts.audiences.of(at, call),
      parts.rules.mannerOf(at.channel),
    ]);
    const text = said.text === "" && said.attachments.length === 0 ? "help" : said.text;
    const message: InboundMessage = {
      id: discordMessageId(said.channel, said.id, edition, variant),
      // Its own for whoever pressed: what answers one of them alone never goes to the other.
      address: addressAt(at, conversation, said, { edition, variant }),
      principal,
      audience,
      text: text.slice(0, MAX_MESSAGE_CHARACTERS),
      attachments: said.attachments,
      ...(edition === null ? {} : { revisionOf: discordMessageId(said.channel, said.id) }),
      manner,
      // Talk that nobody addressed to the bot is answered before all or not at all.
      canAnswerPrivately:
        options.isAddressed && audience.kind === "shared" && placed.roles !== null,
      isSharedTalk: isSharedTalk(conversation),
      isAddressed: options.isAddressed,
      receivedAt: clock.now(),
    };
    // Before the message: whoever answers it may be another process, and quick.
    const first = discordMessageId(said.channel, said.id);
    for (const id of new Set([message.id, ...(variant === null ? [first] : [])])) {
      await memory.set(askerName(id), principal.userId, DAY_MS);
    }
    if (edition !== null) await memory.set(editionName(first), edition, DAY_MS);
    const isNew = await host.inbox.receive(message, options.dedupeKeys);
    parts.participation.note(conversation);
    if (!isNew) return false;
    await remember(message, placed, variant === null);
    if (said.isBot) await loops.count(conversation);
    if (text.length > MAX_MESSAGE_CHARACTERS) {
      const { tooLong } = discordLabels(detectLanguage(text));
      const where = { channel: said.channel, replyTo: said.id };
      notices.say(`long:${said.id}`, where, tooLong(MAX_MESSAGE_CHARACTERS));
    }
    return true;
  };

  const offer = ({ said }: Placed): void => {
    const language = detectLanguage(said.text);
    const labels = discordLabels(language);
    const at: ButtonPlace = { scope: "-", mark: "" };
    const buttons = row([
      button(ACTIONS.answer, labels.yesAnswer, said.id, at, ButtonStyle.Primary),
      button(ACTIONS.mute, labels.stopListening, language, at),
    ]);
    const where = { channel: said.channel, replyTo: said.id };
    notices.say(`offer:${said.id}`, where, labels.shallIAnswer, [buttons]);
  };

  const follow = async (placed: Placed, how: Hearing): Promise<void> => {
    const { said, place: at } = placed;
    const dedupeKeys = [saidKey(said)];
    switch (how) {
      case "addressed":
        if (at.thread !== null && said.isMention) {
          await parts.rules.setMuted(at.channel, at.thread, false);
        }
        await receive(placed, { isAddressed: true, dedupeKeys });
        return;
      case "overheard":
        await receive(placed, { isAddressed: false, dedupeKeys });
        return;
      case "offer":
        offer(placed);
        return;
      case "refuse": {
        const { notAllowed } = discordLabels(detectLanguage(said.text));
        const where = { channel: said.channel, replyTo: said.id, user: said.user };
        notices.sayHourly("refused", where, notAllowed);
        return;
      }
      case "ignore":
    }
  };

  /** Whoever called the bot is told when that could not be taken in for good; what may still work is tried again. */
  const sorry = (said: Said, error: unknown): void => {
    if (signal.aborted || (isFrontdeskError(error) && error.retryable) || said.isBot) return;
    if (!said.isMention && said.replyTo?.isOurs !== true && said.guild !== null) return;
    const { notTakenIn } = discordLabels(detectLanguage(said.text));
    notices.say(`lost:${said.id}`, { channel: said.channel, replyTo: said.id }, notTakenIn);
  };

  const takeIn = async (said: Said): Promise<Place> => {
    try {
      const placed = await place(said);
      await follow(placed, await hear(placed, hearing));
      return placed.place;
    } catch (error) {
      sorry(said, error);
      throw error;
    }
  };

  const versionsOf: Intake["versionsOf"] = async (said) => {
    const first = discordMessageId(said.channel, said.id);
    const edition = await memory.get(editionName(first), z.string());
    return edition === null ? [first] : [first, discordMessageId(said.channel, said.id, edition)];
  };

  const stop: Intake["stop"] = async (id, by, dedupeKey, of) => {
    if (!(await parts.participation.isKnown(id))) return;
    const which = of === null ? { isPressed: true } : { of };
    const event = { type: "stop.requested", by, ...which, at: clock.now() };
    await host.inbox.tell({ kind: "dialogue", id }, event, [dedupeKey]);
  };

  const corrections = createCorrections(parts, {
    place,
    receive,
    stop,
    versionsOf,
    hear: (placed, isTaken) => hear(placed, hearing, isTaken),
    offer,
  });

  return {
    place,
    hear: (placed) => hear(placed, hearing),
    receive,
    stop,
    versionsOf,
    async act(act) {
      switch (act.type) {
        case "said": {
          const { isDirect } = await takeIn(act.said);
          const { channel, id } = act.said;
          await watermarks.note({ channel, isDirect }, id);
          return;
        }
        case "edited":
          return corrections.edited(act);
        case "deleted":
          return corrections.deleted(act);
        case "channels":
          for (const channel of act.channels) parts.places.put(channel);
          if (act.guild !== null) await parts.guilds.put(act.guild);
          return;
        case "channel-gone":
          parts.places.forget(act.channel);
          return;
        case "guild-gone":
          return parts.guilds.forget(act.guild);
        case "spoke":
          typing.vanished(act.channel);
          await watermarks.note(act, act.id);
          return;
        case "reacted":
        case "cleared":
        case "pins":
        case "nothing":
          logger.debug({ type: act.type }, "an event without a message");
      }
    },
  };
}
