import { z } from "zod";
import { type ConversationId, conversationId, type MessageId } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { deletedName } from "./channel.ts";
import { markOf } from "./custom-ids.ts";
import type { DiscordAct, Said } from "./decode.ts";
import type { Hearing } from "./hearing.ts";
import { discordMessageId, timeOfSnowflake } from "./ids.ts";
import { deleteMessages } from "./posted.ts";
import { pressedMessage } from "./press-place.ts";
import {
  askerName,
  chosenName,
  type Intake,
  type Placed,
  spokenName,
  takenName,
  takenSchema,
} from "./taking-in.ts";

/** What is done when somebody mends a question, or takes it back. Resolves when it is durable. */
export interface Corrections {
  edited(act: Extract<DiscordAct, { type: "edited" }>): Promise<void>;
  deleted(act: Extract<DiscordAct, { type: "deleted" }>): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Who mends an older question does not wait for another answer. */
const EDIT_WINDOW_MS = 3_600_000;
/** Nobody is asked back more often about one question. */
const MAX_CHOICES = 10;

/** A message of ours on which somebody chose, and his name for it. */
interface Choice {
  readonly channel: string;
  readonly id: string;
  readonly message: MessageId;
}

/** What a correction needs of the intake. */
type IntakeTools = Pick<Intake, "place" | "receive" | "stop" | "versionsOf"> & {
  readonly hear: (placed: Placed, isTaken: boolean) => Promise<Hearing>;
  /** Asks whether an answer is wanted; once per message. */
  readonly offer: (placed: Placed) => void;
};

export function createCorrections(parts: AdapterParts, intake: IntakeTools): Corrections {
  const { api, memory, receipts, participation, background, clock, signal } = parts;
  const call = { signal };

  /** The conversation in which a message was taken in; null when it was not. */
  const conversationOf = async (id: string): Promise<ConversationId | null> => {
    const taken = await memory.get(takenName(id), takenSchema);
    const spoken = taken?.conversation ?? (await memory.get(spokenName(id), z.string()));
    return spoken === null ? null : conversationId(spoken);
  };

  /** What replied to words of ours still does when those are gone by now: Discord no longer says whose they were. */
  const asReplied = async (said: Said): Promise<Said> => {
    const { replyTo } = said;
    if (replyTo === null || replyTo.isOurs) return said;
    const isOurs = (await receipts.ownerOf(replyTo.id)) !== null;
    return { ...said, replyTo: { ...replyTo, isOurs } };
  };

  /** Takes the answers to a message back. */
  const takeBack = async (channel: string, question: string): Promise<void> => {
    for (const key of await receipts.answersTo(question)) {
      const sent = await receipts.of(key);
      await deleteMessages(api, sent?.channel ?? channel, sent?.ids ?? [], call);
    }
  };

  /** The messages of ours from which somebody went on by a press, from this question on. What others chose there is theirs. */
  const wentOn = async (question: string, asker: string): Promise<readonly Choice[]> => {
    const found: Choice[] = [];
    const open = [question];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      for (const key of await receipts.answersTo(next)) {
        const sent = await receipts.of(key);
        for (const id of sent?.ids ?? []) {
          const chosenBy = await memory.get(chosenName(id, markOf(key)), z.string());
          if (sent === null || chosenBy !== asker || found.length >= MAX_CHOICES) continue;
          found.push({
            channel: sent.channel,
            id,
            message: pressedMessage(sent.channel, id, asker),
          });
          open.push(id);
        }
      }
    }
    return found;
  };

  /** Nothing is said any more that replies to this, and what was said goes. */
  const giveUp = async ({ channel, id }: Pick<Choice, "channel" | "id">): Promise<void> => {
    await memory.set(deletedName(channel, id), true, DAY_MS);
    background.run("taking an answer back", () => takeBack(channel, id));
  };

  return {
    async edited({ said, edition }) {
      if (clock.now() - timeOfSnowflake(said.id) > EDIT_WINDOW_MS) return;
      const taken = await memory.get(takenName(said.id), takenSchema);
      const placed = await intake.place(taken === null ? said : await asReplied(said));
      // A change that leaves the words as they are: a preview, a pin.
      if (taken?.text === placed.said.text) return;
      const wasAnswered = (await receipts.answersTo(said.id)).length > 0;
      const how = await intake.hear(placed, wasAnswered);
      if (how === "offer" && !wasAnswered) return intake.offer(placed);
      const isTalk = how === "overheard" || how === "offer";
      const key = `edited:${said.channel}:${said.id}:${edition}`;
      if (how === "overheard" && !wasAnswered && taken !== null) {
        // Talk that nobody answered may have been passed on to a person.
        await intake.receive(placed, { isAddressed: false, edition, dedupeKeys: [key] });
        return;
      }
      if (how !== "addressed" && !(isTalk && wasAnswered)) return;
      const choices = await wentOn(said.id, said.user);
      // What is being written for the earlier version has no reader any more, nor has what it led to.
      const of = [...(await intake.versionsOf(said)), ...choices.map(({ message }) => message)];
      for (const choice of choices) await giveUp(choice);
      await intake.stop(placed.conversation, said.user, `stop:${key}`, of);
      await intake.receive(placed, { isAddressed: true, edition, dedupeKeys: [key] });
    },
    async deleted({ channel, ids }) {
      for (const id of ids) {
        const conversation = await conversationOf(id);
        // Talk in which the bot takes no part is none of its business.
        if (conversation === null || !(await participation.isKnown(conversation))) continue;
        const asker = await memory.get(askerName(discordMessageId(channel, id)), z.string());
        const choices = asker === null ? [] : await wentOn(id, asker);
        for (const one of [{ channel, id }, ...choices]) await giveUp(one);
        const message = discordMessageId(channel, id);
        const event = { type: "message.withdrawn", message, at: clock.now() };
        const instance = { kind: "dialogue", id: conversation };
        await parts.host.inbox.tell(instance, event, [`withdrawn:${channel}:${id}`]);
        const versions = await intake.versionsOf({ channel, id });
        const of = [...versions, ...choices.map((choice) => choice.message)];
        if (asker !== null) {
          await intake.stop(conversation, asker, `deleted:${channel}:${id}`, of);
        }
      }
    },
  };
}
