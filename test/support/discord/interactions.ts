import { randomBytes } from "node:crypto";
import { z } from "zod";
import { refuse } from "./api-error.ts";
import { type Choices, type Modal, parseChoices, parseModal } from "./component-rules.ts";
import type { DiscordLimits } from "./limits.ts";
import { type MessageBody, readMessageBody } from "./routes/message-body.ts";
import type { DiscordFile, DiscordMessage, World } from "./world.ts";

const answerSchema = z.object({ type: z.number(), data: z.unknown().optional() });
const flagged = z.object({ flags: z.number().optional() });
const choiceData = z.object({ choices: z.unknown() });
const EPHEMERAL = 64;

/** How an interaction was answered first. */
export type FirstAnswer =
  | { readonly type: "message"; readonly message: DiscordMessage }
  | { readonly type: "deferred"; readonly isEphemeral: boolean }
  | { readonly type: "update" }
  | { readonly type: "choices"; readonly choices: Choices }
  | { readonly type: "modal"; readonly modal: Modal }
  /** The person reads "The application did not respond". */
  | { readonly type: "none" };

/** By what somebody has called for something; Discord's numbers. */
export type InteractionKind = 2 | 3 | 4 | 5;

/** How each may be answered first: nobody puts off suggestions, nor opens a window from a window. */
const ANSWERS: Readonly<Record<InteractionKind, readonly number[]>> = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  4: [8],
  5: [4, 5, 6, 7],
};

/** One interaction, from being sent to the end of its token. */
export interface Pending {
  readonly id: string;
  readonly token: string;
  readonly user: string;
  readonly channel: string;
  /** The message that holds what was pressed. */
  readonly source: DiscordMessage | null;
  readonly kind: InteractionKind;
  readonly bornAt: number;
  first: FirstAnswer | null;
  original: DiscordMessage | null;
  answeredAfterMs: number | null;
}

/** Interactions with their lives: three seconds for the first answer, fifteen minutes for the rest. */
export interface Interactions {
  open(of: Pick<Pending, "user" | "channel" | "source" | "kind">): Pending;
  /** Resolves with the first answer, or with none when the time is over. */
  answered(pending: Pending): Promise<FirstAnswer>;
  answer(id: string, token: string, body: unknown, files: readonly DiscordFile[]): void;
  followUp(token: string, said: MessageBody): DiscordMessage;
  edit(token: string, id: string, said: MessageBody): DiscordMessage;
  remove(token: string, id: string): void;
  readonly all: readonly Pending[];
}

export function createInteractions(world: World, limits: DiscordLimits): Interactions {
  const all: Pending[] = [];
  const startedAt = new Map<string, number>();

  const isLate = ({ id, bornAt }: Pending): boolean =>
    performance.now() - (startedAt.get(id) ?? 0) > limits.interactionMs ||
    world.now() - bornAt > limits.tokenMs;

  const byToken = (token: string): Pending => {
    const pending = all.find((one) => one.token === token);
    if (pending === undefined) throw refuse.unknownWebhook();
    if (world.now() - pending.bornAt > limits.tokenMs) throw refuse.invalidToken();
    if (pending.first === null || pending.first.type === "none") throw refuse.unknownWebhook();
    return pending;
  };

  const post = (pending: Pending, said: MessageBody, isEphemeral: boolean): DiscordMessage =>
    world.add({
      channelId: pending.channel,
      authorId: world.bot.id,
      content: said.content ?? "",
      components: said.components ?? [],
      flags: said.flags & 4,
      files: said.files,
      type: 20,
      applicationId: world.applicationId,
      ephemeralTo: isEphemeral ? pending.user : null,
      rung: said.rung(world).filter((one) => one !== "replied"),
    });

  const change = (message: DiscordMessage, said: MessageBody): DiscordMessage => {
    if (!message.isLoading) message.history.push(message.content);
    message.content = said.content ?? message.content;
    message.components = said.components ?? message.components;
    if (said.replacesFiles || said.files.length > 0) message.files = said.files;
    if (!message.isLoading) message.editedAt = world.now();
    message.isLoading = false;
    world.changed();
    return message;
  };

  const isEphemeral = (data: unknown): boolean =>
    ((flagged.safeParse(data).data?.flags ?? 0) & EPHEMERAL) !== 0;

  const first = (
    pending: Pending,
    type: number,
    data: unknown,
    files: readonly DiscordFile[],
  ): FirstAnswer => {
    if (!ANSWERS[pending.kind].includes(type)) throw refuse.invalidForm([`type ${type}`]);
    switch (type) {
      case 4: {
        const message = post(pending, readMessageBody(data, files, false), isEphemeral(data));
        pending.original = message;
        return { type: "message", message };
      }
      case 5: {
        const empty = readMessageBody({ content: "…" }, [], false);
        pending.original = post(pending, { ...empty, content: "" }, isEphemeral(data));
        pending.original.isLoading = true;
        return { type: "deferred", isEphemeral: isEphemeral(data) };
      }
      case 6:
        pending.original = pending.source;
        return { type: "update" };
      case 7:
        pending.original = pending.source;
        if (pending.source !== null) change(pending.source, readMessageBody(data, files, true));
        return { type: "update" };
      case 8:
        return { type: "choices", choices: parseChoices(choiceData.parse(data).choices) };
      case 9:
        return { type: "modal", modal: parseModal(data) };
      default:
        throw refuse.invalidForm([`type ${type}`]);
    }
  };

  return {
    all,
    open(of) {
      const id = world.newId();
      const token = randomBytes(24).toString("base64url");
      const pending: Pending = {
        id,
        token,
        ...of,
        bornAt: world.now(),
        first: null,
        original: null,
        answeredAfterMs: null,
      };
      startedAt.set(id, performance.now());
      all.push(pending);
      return pending;
    },
    answered: (pending) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          stop();
          pending.first ??= { type: "none" };
          world.changed();
          resolve(pending.first);
        }, limits.interactionMs);
        const check = (): void => {
          if (pending.first === null) return;
          clearTimeout(timer);
          stop();
          resolve(pending.first);
        };
        const stop = world.onChange(check);
        check();
      }),
    answer(id, token, body, files) {
      const pending = all.find((one) => one.id === id && one.token === token);
      if (pending === undefined) throw refuse.unknownInteraction();
      if (pending.first !== null && pending.first.type !== "none") {
        throw refuse.alreadyAcknowledged();
      }
      if (pending.first !== null || isLate(pending)) throw refuse.unknownInteraction();
      const parsed = answerSchema.safeParse(body);
      if (!parsed.success) throw refuse.invalidForm(["type"]);
      const answered = first(pending, parsed.data.type, parsed.data.data, files);
      pending.first = answered;
      pending.answeredAfterMs = performance.now() - (startedAt.get(id) ?? 0);
      world.changed();
    },
    followUp(token, said) {
      const pending = byToken(token);
      const { original } = pending;
      // The first follow-up after a deferral takes its place.
      if (original?.isLoading === true) return change(original, said);
      return post(pending, said, (said.flags & EPHEMERAL) !== 0);
    },
    edit(token, id, said) {
      const pending = byToken(token);
      const message = id === "@original" ? pending.original : world.find(pending.channel, id);
      if (message === null) throw refuse.unknownMessage();
      return change(message, said);
    },
    remove(token, id) {
      const pending = byToken(token);
      const message = id === "@original" ? pending.original : world.find(pending.channel, id);
      if (message === null) throw refuse.unknownMessage();
      world.remove(message.channelId, message.id);
    },
  };
}
