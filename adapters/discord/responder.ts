import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isFrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { Row } from "./components.ts";
import type { From } from "./decode-interaction.ts";
import { CODES, discordErrorCode, isExpired } from "./errors.ts";
import { QUIET } from "./placement.ts";

/** Something to say to whoever did something. */
interface Said {
  readonly content: string;
  readonly components?: readonly Row[];
  readonly file?: { readonly name: string; readonly text: string };
}

/**
 * Answers interactions. The first answer is given within three seconds, before anything is looked up; it is true when
 * Discord took it, and false when it came too late.
 */
export interface Responder {
  /** "Frontdesk is thinking …"; what follows is seen by this person only. */
  defer(from: From): Promise<boolean>;
  /** Nothing to say yet about what was pressed. */
  deferUpdate(from: From): Promise<boolean>;
  /** A line, for this person only. */
  reply(from: From, said: Said): Promise<boolean>;
  choose(
    from: From,
    choices: readonly { readonly name: string; readonly value: string }[],
  ): Promise<boolean>;
  form(from: From, form: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Replaces the first answer, or the message on which something was pressed. An expired one is let be. */
  edit(from: From, said: Said): Promise<void>;
  /** The same; false when it expired. */
  tell(from: Pick<From, "token" | "application">, said: Said): Promise<boolean>;
  remove(from: From): Promise<void>;
  /** A further line, for this person only. What fails for good is let be. */
  whisper(from: From, said: Said): Promise<void>;
}

const anything = z.unknown();
const EPHEMERAL = 64;
/** Discord waits three seconds; some of them are gone when the interaction arrives. */
const FIRST_MS = 2_500;
const FIRST_WAIT_MS = 100;
const TYPES = { message: 4, defer: 5, deferUpdate: 6, choices: 8, form: 9 } as const;

function bodyOf({ content, components = [], file }: Said, flags: number) {
  const attachments = file === undefined ? [] : [{ id: 0, filename: file.name }];
  return { content, components, attachments, ...QUIET, flags: QUIET.flags | flags };
}

function filesOf({ file }: Said) {
  return file === undefined ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
}

export function createResponder(api: DiscordApi, call: DiscordCall): Responder {
  const first = async (from: From, type: number, data?: unknown): Promise<boolean> => {
    const route = `/interactions/${from.id}/${from.token}/callback` as const;
    const body = data === undefined ? { type } : { type, data };
    // The next events have to wait no longer than Discord does.
    const until = performance.now() + FIRST_MS;
    const signal = AbortSignal.any([call.signal, timeLimit(FIRST_MS)]);
    for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
      try {
        await api.call({ method: "POST", route, body, isAnonymous: true }, anything, { signal });
        return true;
      } catch (error) {
        // Delivered twice, by another process first, or by a try that seemed to fail.
        if (discordErrorCode(error) === CODES.alreadyAcknowledged) return true;
        if (isExpired(error)) return false;
        call.signal.throwIfAborted();
        const isPassing = isFrontdeskError(error) && error.retryable;
        const pauseMs = (isFrontdeskError(error) ? error.retryAfterMs : undefined) ?? waitMs;
        // A second answer to the same interaction is refused: to ask again harms nothing.
        if (!isPassing || performance.now() + pauseMs > until) {
          // It may have arrived all the same: what comes next will show.
          return discordErrorCode(error) === null;
        }
        await sleep(pauseMs, undefined, { signal: call.signal });
      }
    }
  };

  const later = async (
    from: Pick<From, "token" | "application">,
    method: "PATCH" | "DELETE",
    said: Said | null,
  ) => {
    const route = `/webhooks/${from.application}/${from.token}/messages/@original` as const;
    const content = said === null ? {} : { body: bodyOf(said, 0), files: filesOf(said) };
    const request = { method, route, isAnonymous: true, ...content };
    try {
      await api.call(request, anything, call);
      return true;
    } catch (error) {
      if (isExpired(error)) return false;
      throw error;
    }
  };

  const whisper: Responder["whisper"] = async (from, said) => {
    const route = `/webhooks/${from.application}/${from.token}` as const;
    const body = bodyOf(said, EPHEMERAL);
    const request = {
      method: "POST",
      route,
      body,
      files: filesOf(said),
      isAnonymous: true,
    } as const;
    await api.call(request, anything, call).catch((error: unknown) => {
      if (!isExpired(error)) throw error;
    });
  };

  return {
    defer: (from) => first(from, TYPES.defer, { flags: EPHEMERAL }),
    deferUpdate: (from) => first(from, TYPES.deferUpdate),
    reply: (from, said) => first(from, TYPES.message, bodyOf(said, EPHEMERAL)),
    choose: (from, choices) => first(from, TYPES.choices, { choices }),
    form: (from, form) => first(from, TYPES.form, form),
    async edit(from, said) {
      await later(from, "PATCH", said);
    },
    tell: (from, said) => later(from, "PATCH", said),
    async remove(from) {
      await later(from, "DELETE", null);
    },
    whisper,
  };
}
