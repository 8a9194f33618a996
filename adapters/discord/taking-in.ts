import { z } from "zod";
import type { ConversationId, MessageId } from "../../src/core/index.ts";
import type { DiscordAct, Said } from "./decode.ts";
import type { Heard, Hearing } from "./hearing.ts";
import type { Actor } from "./people.ts";

/** Something that was said, with its place in a chain. */
export type Placed = Heard & { readonly root: string };

/** How something that was said goes in. */
interface IntakeOptions {
  readonly isAddressed: boolean;
  /** Who asks, when it is not the author (a button, a context menu). */
  readonly asker?: Actor;
  /** A later version of the question. */
  readonly edition?: string | null;
  /** Makes this message another one than the plain one of the same id. */
  readonly variant?: string | null;
  readonly dedupeKeys: readonly string[];
}

/** Takes in what happens in Discord. A call resolves when it is durable. */
export interface Intake {
  act(act: DiscordAct): Promise<void>;
  place(said: Said): Promise<Placed>;
  /** What is to be done with it, by the rules of its place. */
  hear(placed: Placed): Promise<Hearing>;
  /** Hands a message over, whatever the rules of the channel say. False when it was known. */
  receive(placed: Placed, options: IntakeOptions): Promise<boolean>;
  /**
   * Asks the dialogue of a conversation to stop what it does.
   * @param by only what this person asked
   * @param of only an answer to one of these alone; null when he, or an admin, pressed "Stop": what was shown stays
   */
  stop(
    conversation: ConversationId,
    by: string,
    dedupeKey: string,
    of: readonly MessageId[] | null,
  ): Promise<void>;
  /** A message by the names of its versions that were taken in. */
  versionsOf(said: Pick<Said, "channel" | "id">): Promise<readonly MessageId[]>;
}

/** Under this name it is remembered who asked what a message of his, or one on which he pressed something, says. */
export function askerName(message: string): string {
  return `asker:${message}`;
}

/** Under this name it is remembered what a person asked. */
export const askedSchema = z.object({ conversation: z.string(), question: z.string() });

/** Under this name it is remembered who chose from a message of ours, by the mark on its buttons: it may ask anew later. */
export function chosenName(message: string, mark: string): string {
  return `chosen:${message}:${mark}`;
}

/** Under this name stands which version of a message was taken in last; none when it was never edited. */
export function editionName(message: MessageId): string {
  return `edition:${message}`;
}

/** The key by which one message is taken in once. */
export function saidKey(said: Pick<Said, "channel" | "id">): string {
  return `said:${said.channel}:${said.id}`;
}

/** Under this name it is remembered what was taken in of a message, and where. */
export function takenName(id: string): string {
  return `taken:${id}`;
}

/** Under this name it is remembered for longer in which conversation a message was taken in: it may be part of a case. */
export function spokenName(id: string): string {
  return `spoken:${id}`;
}

/** What {@link takenName} holds. */
export const takenSchema = z.object({ conversation: z.string(), text: z.string() });
