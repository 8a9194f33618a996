import { z } from "zod";
import {
  detectLanguage,
  type Language,
  type Progress,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Background } from "../shared/background.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi } from "./client.ts";
import { nonceOf } from "./custom-ids.ts";
import { isExpired, isGone } from "./errors.ts";
import type { Grants } from "./grants.ts";
import { parseDiscordMessage } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";
import { postMessage } from "./posting.ts";
import type { Receipts } from "./receipts.ts";
import { takenName, takenSchema } from "./taking-in.ts";

type Queued = Extract<Progress, { readonly stage: "queued" }>;

/**
 * Says to somebody whose answer waits for the model which place in line it has: "typing" alone would promise it any moment. Failures
 * are of no consequence.
 */
export interface WaitingLine {
  queued(address: ReplyAddress, stage: Queued): void;
  /** Its turn has come. */
  served(address: ReplyAddress): void;
  /** It waits no longer. Resolves when nothing of it is under way, so that what comes next stands. */
  ended(address: ReplyAddress): Promise<void>;
  close(): void;
}

/** A short wait is not worth a message. */
const AFTER_MS = 3_000;
const BETWEEN_MS = 5_000;
const KEPT_MS = 24 * 3_600_000;
const anything = z.unknown();
const shownSchema = z.object({ channel: z.string(), id: z.string() });

interface Line {
  wanted: Queued;
  shown: string;
  timer: NodeJS.Timeout | undefined;
  running: Promise<void>;
  hasEnded: boolean;
}

/** @param options.afterMs what the tests shorten */
export function createWaitingLine(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly receipts: Receipts;
  readonly grants: Grants;
  readonly background: Background;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly afterMs?: number;
}): WaitingLine {
  const { api, memory, receipts, grants, background, signal, logger } = options;
  const { afterMs = AFTER_MS } = options;
  const lines = new Map<string, Line>();
  const call = { signal, isSpare: true };
  const nameOf = (replyTo: string): string => `in-line:${replyTo}`;

  const languageOf = async (replyTo: string): Promise<Language> => {
    const id = parseDiscordMessage(replyTo)?.id ?? "";
    const taken = await memory.get(takenName(id), takenSchema);
    return detectLanguage(taken?.text ?? "");
  };

  const inPlaceOfAnswer = async (address: ReplyAddress, content: string): Promise<void> => {
    const grant = await grants.own(address);
    if (grant?.isOpen !== true) return;
    const route = `/webhooks/${grant.application}/${grant.token}/messages/@original` as const;
    const request = { method: "PATCH", route, body: { content }, isAnonymous: true } as const;
    await api.call(request, anything, call);
  };

  const inChannel = async (
    { channelId, threadId }: ReplyAddress,
    replyTo: string,
    content: string,
  ): Promise<void> => {
    const there = await memory.get(nameOf(replyTo), shownSchema);
    if (there !== null) {
      const route = `/channels/${there.channel}/messages/${there.id}` as const;
      await api.call({ method: "PATCH", route, body: { content, ...QUIET } }, anything, call);
      return;
    }
    const channel = threadId ?? channelId;
    const nonce = nonceOf(`in line ${replyTo}`, 0);
    const body = { content, ...QUIET, nonce, enforce_nonce: true };
    const question = parseDiscordMessage(replyTo)?.id ?? null;
    const id = await postMessage(api, { channel, replyTo: question, body }, call);
    // It replies to a question without being its answer.
    await receipts.note(nameOf(replyTo), { channel, n: 1, ids: [id] });
    await memory.set(nameOf(replyTo), { channel, id }, KEPT_MS);
  };

  const show = async (line: Line, address: ReplyAddress, replyTo: string): Promise<void> => {
    if (line.hasEnded || signal.aborted) return;
    const content = discordLabels(await languageOf(replyTo)).inLine(line.wanted);
    if (content === line.shown) return;
    line.shown = content;
    await (address.ephemeral
      ? inPlaceOfAnswer(address, content)
      : inChannel(address, replyTo, content));
  };

  const showSoon = (line: Line, address: ReplyAddress, replyTo: string, waitMs: number): void => {
    line.timer ??= setTimeout(() => {
      line.running = show(line, address, replyTo)
        .catch((error: unknown) => {
          if (!signal.aborted) logger.debug({ err: error }, "a place in line could not be shown");
        })
        .finally(() => {
          line.timer = undefined;
        });
    }, waitMs).unref();
  };

  /** Also one that another process has left. */
  const takeAway = async (replyTo: string): Promise<void> => {
    const there = await memory.get(nameOf(replyTo), shownSchema);
    if (there === null) return;
    background.run("taking a place in line away", async () => {
      const route = `/channels/${there.channel}/messages/${there.id}` as const;
      await api.call({ method: "DELETE", route }, anything, { signal }).catch((error: unknown) => {
        if (!isGone(error) && !isExpired(error)) throw error;
      });
      await memory.delete(nameOf(replyTo));
    });
  };

  const ended: WaitingLine["ended"] = async ({ replyTo }) => {
    if (replyTo === null) return;
    const line = lines.get(replyTo);
    lines.delete(replyTo);
    if (line !== undefined) {
      clearTimeout(line.timer);
      line.hasEnded = true;
      await line.running;
    }
    await takeAway(replyTo);
  };

  return {
    ended,
    served(address) {
      if (!lines.has(address.replyTo ?? "")) return;
      background.run("taking a place in line away", () => ended(address));
    },
    queued(address, wanted) {
      const { replyTo } = address;
      if (replyTo === null || signal.aborted) return;
      const known = lines.get(replyTo);
      const running = Promise.resolve();
      const line: Line = known ?? { wanted, shown: "", timer: undefined, running, hasEnded: false };
      lines.set(replyTo, line);
      line.wanted = wanted;
      showSoon(line, address, replyTo, known === undefined ? afterMs : BETWEEN_MS);
    },
    close() {
      for (const { timer } of lines.values()) clearTimeout(timer);
      lines.clear();
    },
  };
}
