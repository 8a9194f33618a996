import { z } from "zod";
import { detectLanguage } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { deletedName } from "./channel.ts";
import type { Row } from "./components.ts";
import { type CustomId, parseCustomId } from "./custom-ids.ts";
import { readSaid, type Said } from "./decode.ts";
import type { From, Interaction } from "./decode-interaction.ts";
import type { Feedback } from "./feedback.ts";
import { isSharedTalk } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import { languageOf } from "./languages.ts";
import type { Notices } from "./notices.ts";
import type { OrTell } from "./or-tell.ts";
import type { DiscordMessage } from "./payloads.ts";
import { fetchMessage } from "./posted.ts";
import { addressOfPress, conversationOfPress, pressedMessage } from "./press-place.ts";
import type { PrivateQuestions } from "./private-questions.ts";
import type { Responder } from "./responder.ts";
import { plainLine } from "./safe-text.ts";
import type { Share } from "./share.ts";
import { createStopping } from "./stopping.ts";
import { askerName, chosenName, type Intake, saidKey } from "./taking-in.ts";

type Press = Extract<Interaction, { type: "press" }>;

/** Does what people press. Resolves when it is durable. */
export interface Presses {
  act(press: Press): Promise<void>;
}

const rowSchema = z.object({ components: z.array(z.looseObject({ custom_id: z.string() })) });
const choiceSchema = z.looseObject({
  label: z.string().optional(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
});
const CHOICES: ReadonlySet<string> = new Set(["choose", "pick"]);
const MAX_CONTENT = 2_000;
const DAY_MS = 24 * 3_600_000;

/** Rows that hold no choices. */
function otherRows(message: DiscordMessage): readonly Row[] {
  // They come back as they were sent.
  const rows = message.components.filter((row) => {
    const parsed = rowSchema.safeParse(row);
    const actions = parsed.data?.components.map((one) => parseCustomId(one.custom_id)?.action);
    return !(actions ?? []).some((action) => CHOICES.has(action ?? ""));
  });
  return z.array(z.custom<Row>()).parse(rows);
}

/** What stands on the choice that was made. */
function labelOf(message: DiscordMessage, option: string): string {
  for (const row of message.components) {
    for (const component of rowSchema.safeParse(row).data?.components ?? []) {
      const parsed = choiceSchema.safeParse(component).data;
      const inList = parsed?.options?.find(({ value }) => value === option);
      if (inList !== undefined) return inList.label;
      if (parseCustomId(component.custom_id)?.argument === option) return parsed?.label ?? option;
    }
  }
  return option;
}

export function createPresses(
  parts: AdapterParts,
  tools: {
    readonly intake: Intake;
    readonly notices: Notices;
    readonly responder: Responder;
    readonly questions: PrivateQuestions;
    readonly feedback: Feedback;
    readonly share: Share;
    readonly orTell: OrTell;
  },
): Presses {
  const { host, api, people, audiences, chains, ephemeral, background, clock, signal } = parts;
  const { intake, notices, responder, questions, feedback, share, orTell } = tools;
  const call = { signal };
  const stopping = createStopping(parts.memory);

  const showChoice = async (from: From, message: DiscordMessage, option: string): Promise<void> => {
    const label = labelOf(message, option);
    const labels = discordLabels(detectLanguage(message.content || label));
    const line = `-# ${labels.chosen(plainLine(label, 100), plainLine(from.actor.name, 80))}`;
    const whole = `${message.content}\n${line}`;
    const content = whole.length > MAX_CONTENT ? message.content : whole;
    await responder.edit(from, { content, components: otherRows(message) });
  };

  /** He who is not the first is told so; the first one, who pressed again, sees what came of it. */
  const tellLate = async ({ from, id, message }: Press): Promise<void> => {
    const first = await parts.memory.get(chosenName(message.id, id.mark), z.string());
    if (first === from.actor.user) return;
    const { alreadyChosen } = discordLabels(from.language);
    background.run("telling of an earlier choice", () =>
      responder.whisper(from, { content: alreadyChosen }),
    );
  };

  const choose = async (press: Press, option: string): Promise<void> => {
    const { from, id, message } = press;
    const canAnswer = await responder.deferUpdate(from);
    const conversation = await conversationOfPress(chains, from, id, message);
    const address = addressOfPress(from, id, conversation, message);
    const [principal, audience, manner] = await Promise.all([
      people.principal(from.actor, call),
      address.ephemeral ? { kind: "private" as const } : audiences.of(from.place, call),
      parts.rules.mannerOf(from.place.channel),
    ]);
    const messageId = pressedMessage(from.channel, message.id, from.actor.user);
    // Before the choice: whoever answers it may be another process, and quick. The name is this person's own, so that nobody who
    // presses later, nor a process that ends here, takes the choice from another.
    await parts.memory.set(askerName(messageId), principal.userId, DAY_MS);
    // It may ask anew where an earlier choice went with its question.
    await parts.memory.delete(deletedName(from.channel, message.id));
    if (address.ephemeral && canAnswer) {
      const { language, actor } = from;
      const waiting = { conversation, replyTo: messageId, user: actor.user, language };
      await ephemeral.remember(waiting, from, false);
    }
    if (!address.ephemeral) parts.typing.begin(from.channel);
    const what = {
      type: "option.chosen",
      optionId: option,
      messageId,
      principal,
      audience,
      address,
    };
    const how = {
      manner,
      canAnswerPrivately: audience.kind === "shared",
      isSharedTalk: isSharedTalk(conversation),
    };
    const isNew = await host.inbox.tell(
      { kind: "dialogue", id: conversation },
      { ...what, ...how, at: clock.now() },
      // A question is answered once, whoever is quicker; asked anew in the same message it is another one.
      [`choice:${from.channel}:${message.id}:${id.mark}`],
    );
    if (!isNew) return tellLate(press);
    await parts.memory.set(chosenName(message.id, id.mark), principal.userId, DAY_MS);
    background.run("showing a choice", () => showChoice(from, message, option));
  };

  /** The message of the bot, now asked by whoever pressed. */
  const askPerson = async ({ from, id, message }: Press): Promise<void> => {
    const { askPersonWords } = discordLabels(languageOf(id.argument));
    if (id.scope === "@") {
      const canAnswer = await responder.defer(from);
      // A private answer may belong to the talk that many see: a case without that talk says nothing.
      const conversation = await conversationOfPress(chains, from, id, message);
      const answer = { canAnswer, isOpen: true, conversation, isOwnWords: false };
      return orTell(from, () => questions.ask(from, askPersonWords, answer));
    }
    await responder.deferUpdate(from);
    const { user, name, roles, guild } = from.actor;
    const said: Said = {
      guild,
      channel: from.channel,
      id: message.id,
      user,
      name,
      roles,
      isBot: false,
      text: askPersonWords,
      attachments: [],
      isMention: true,
      namedRoles: [],
      replyTo: null,
      edition: null,
    };
    const conversation = await conversationOfPress(chains, from, id, message);
    const root = id.scope === "-" ? message.id : id.scope;
    await intake.receive(
      { said, place: from.place, conversation, root, roles },
      {
        isAddressed: true,
        variant: `person.${user}`,
        dedupeKeys: [`person:${from.channel}:${message.id}:${user}`],
      },
    );
  };

  const mute = async ({ from, id, message }: Press): Promise<void> => {
    await responder.deferUpdate(from);
    const { channel, thread } = from.place;
    if (thread === null || (await parts.rules.isMuted(channel, thread))) return;
    await parts.rules.setMuted(channel, thread, true);
    const { stoppedListening } = discordLabels(languageOf(id.argument));
    // For all who read along, not for who pressed alone.
    const at = { channel: thread, replyTo: null };
    notices.say(`muted:${thread}:${message.id}:${from.id}`, at, stoppedListening);
  };

  const isAdmin = async (from: From): Promise<boolean> =>
    from.isManager || (await people.principal(from.actor, call)).role === "admin";

  const stop = async ({ from, id, message }: Press): Promise<void> => {
    await responder.deferUpdate(from);
    const conversation = await conversationOfPress(chains, from, id, message);
    const asker = await stopping.askerOf(id.mark, message);
    const { user } = from.actor;
    if (asker !== null && asker !== user && !(await isAdmin(from))) {
      const { onlyAskerStops } = discordLabels(from.language);
      background.run("telling who may stop", () =>
        responder.whisper(from, { content: onlyAskerStops }),
      );
      return;
    }
    // A question that was mended is answered in the same message; the mark tells its answers apart.
    const key = `stop:${from.channel}:${message.id}:${id.mark}`;
    // Only this answer: what somebody else asked meanwhile goes on.
    await intake.stop(conversation, asker ?? user, key, null);
  };

  /** "Yes, answer": the question that an offer speaks of. */
  const answer = async ({ from, id }: Press): Promise<void> => {
    await responder.deferUpdate(from);
    const message = await fetchMessage(api, from.channel, id.argument, call);
    const said = message === null ? null : readSaid(message, await parts.identity());
    if (said !== null) {
      const placed = await intake.place({ ...said, guild: from.place.guild });
      await intake.receive(placed, { isAddressed: true, dedupeKeys: [saidKey(said)] });
    }
    background.run("taking an offer back", () => responder.remove(from));
  };

  const show = async ({ from, id }: Press): Promise<void> => {
    await responder.defer(from);
    if (await ephemeral.show(id.argument, from.actor.user, from, call)) return;
    await responder.edit(from, { content: discordLabels(from.language).notYours });
  };

  /** The whole answer as a file, for whoever likes that better. */
  const file = async ({ from, id, message }: Press): Promise<void> => {
    await responder.defer(from);
    const { inFile } = discordLabels(languageOf(id.argument));
    const whole = await parts.answers.file(id.mark);
    if (whole !== null) return responder.edit(from, { content: inFile, file: whole });
    const key = await parts.receipts.ownerOf(message.id);
    const sent = key === null ? null : await parts.receipts.of(key);
    const texts: string[] = [];
    for (const one of sent?.ids ?? [message.id]) {
      const part = one === message.id ? message : await fetchMessage(api, from.channel, one, call);
      if (part !== null) texts.push(part.content);
    }
    const text = texts.join("\n\n");
    await responder.edit(from, { content: inFile, file: { name: "answer.md", text } });
  };

  const act = async (press: Press, { action, argument }: CustomId): Promise<void> => {
    const { from, id, message, values } = press;
    switch (action) {
      case "choose":
        return choose(press, argument);
      case "pick":
        return choose(press, values[0] ?? "");
      case "good":
        return feedback.good(from, id, message);
      case "bad":
        return feedback.bad(from, id, message);
      case "person":
        return askPerson(press);
      case "stop":
        return stop(press);
      case "mute":
        return mute(press);
      case "share":
        return orTell(from, () => share.run(from, argument));
      case "answer":
        return answer(press);
      case "show":
        return orTell(from, () => show(press));
      case "file":
        return orTell(from, () => file(press));
      case "note":
        await responder.deferUpdate(from);
    }
  };

  return { act: (press) => act(press, press.id) };
}
