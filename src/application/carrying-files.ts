import { z } from "zod";
import {
  type CaseEvent,
  caseId,
  type ErrorCode,
  effectKey,
  type FileCarriage,
  type FileDestination,
  type FileTrouble,
  FrontdeskError,
  isFrontdeskError,
  MAX_CARRIED_BYTES,
  type Reply,
  timeLimit,
} from "../core/index.ts";
import type { Channel } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeskBoard } from "../ports/desk.ts";
import type { EffectContext, EffectHandler } from "../ports/effect.ts";
import type { CarriedFile, FileSource, PutFileCall } from "../ports/file-place.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Logger } from "../ports/logger.ts";
import { fileCarriageSchema, replyAddressSchema } from "../runtime/index.ts";

type ToCustomer = Extract<FileDestination, { kind: "customer" }>;

export interface FileCarrierParts {
  /** Where the bytes come from. */
  readonly source: FileSource;
  readonly channelOf: (platform: string) => Channel | null;
  readonly board: DeskBoard | null;
  readonly memory: Pick<KeyedMemory, "get" | "set" | "list" | "delete">;
  readonly inbox: Pick<Inbox, "tell">;
  readonly clock: Clock;
  /** Name under which the team is told. */
  readonly botName: string;
  readonly words: {
    /** For the customer, whom the file did not reach. */
    readonly toCustomer: (name: string, why: FileTrouble, to: ToCustomer) => Reply;
    /** For the team. */
    readonly toTeam: (name: string, why: FileTrouble, to: FileDestination["kind"]) => string;
  };
  /** How long one try may take; the tests shorten it. */
  readonly tryMs?: number;
  readonly logger: Logger;
}

/** The effects of files on their way. */
interface FileCarrier {
  /** One file goes on, once; whom it cannot reach is told so, and so is the team. */
  readonly carry: EffectHandler;
  /** What went on is taken back. */
  readonly remove: EffectHandler;
}

/** A file is fetched and sent in this time, or it is tried again. */
const TIMEOUT_MS = 90_000;
/** A try ends by itself before it is ended, so that one that is always too slow counts as tried. */
const TRY_MS = TIMEOUT_MS - 10_000;
/** Tried for so long; then somebody is told that it does not work. */
const PATIENCE_MS = 30 * 60_000;
const KEPT_MS = 30 * 24 * 60 * 60_000;
const MAX_LISTED = 50;
const MAX_NAME = 120;

/** Where it stands now; `address` is that of a customer. */
const standingSchema = z.object({
  receipt: z.string(),
  caseId: z.string().transform(caseId),
  address: replyAddressSchema.nullable(),
});

/** These come back, and nothing is lost meanwhile. */
const COMES_BACK: ReadonlySet<ErrorCode> = new Set([
  "store_unavailable",
  "tickets_unavailable",
  "desk_unavailable",
  "case_thread_shut",
]);

function isAway(error: unknown): boolean {
  return isFrontdeskError(error) && COMES_BACK.has(error.code);
}

/** A try that was ended because it took too long. */
function tooSlow(cause: unknown): FrontdeskError {
  const message = "The file was not passed on in time.";
  return new FrontdeskError("delivery_uncertain", message, { cause, retryable: true });
}

/** Why a try came to nothing for good; null when it is tried again. */
function troubleOf(error: unknown, triedMs: number): FileTrouble | null {
  if (!isFrontdeskError(error) || isAway(error)) return null;
  const { code, retryable } = error;
  if (retryable && triedMs < PATIENCE_MS) return null;
  if (code === "files_not_permitted") return "not-permitted";
  if (retryable) return "gave-up";
  if (code === "source_too_large") return "too-large";
  if (code === "source_unreadable") return "unreadable";
  return code === "unsupported" ? "unsupported" : "refused";
}

/** A name that can stand in a line and lies in no folder. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cf}/\\]+/gu, "_").trim();
  return plain.length <= MAX_NAME
    ? plain || "file"
    : `${plain.slice(0, MAX_NAME - 12)}…${plain.slice(-11)}`;
}

/** Makes the effects of files that go from a customer to the desk, or from an agent to his customer. */
export function createFileCarrier(parts: FileCarrierParts): FileCarrier {
  const { source, channelOf, board, memory, inbox, clock, words, logger } = parts;
  const { tryMs = TRY_MS } = parts;

  /** What nobody need try; null when it can be tried. */
  const hindrance = ({ file, to }: FileCarriage): FileTrouble | null => {
    if (to.kind === "customer" && file.platform === "http") return "in-tickets";
    if (file.sizeBytes > MAX_CARRIED_BYTES) return "too-large";
    if (to.kind === "desk") return board === null ? "unsupported" : null;
    // No platform shows a file to one person among others.
    if (to.address.ephemeral) return "private";
    return channelOf(to.address.platform)?.files === undefined ? "unsupported" : null;
  };

  const put = async (
    file: CarriedFile,
    to: FileDestination,
    call: PutFileCall,
  ): Promise<string> => {
    const receipt =
      to.kind === "desk"
        ? await board?.files.put(file, to.caseId, call)
        : await channelOf(to.address.platform)?.files?.put(file, to.address, call);
    return receipt ?? "";
  };

  const tellCustomer = async (reply: Reply, to: ToCustomer, context: EffectContext) => {
    const channel = channelOf(to.address.platform);
    const key = effectKey(`${context.key}:failed`);
    const call = { signal: context.signal };
    // It is a line of its own; whether an earlier try has said it, only the platform knows.
    if (channel === null || (await channel.find(key, to.address, call)) !== null) return;
    await channel.post({ key, address: to.address, reply, timings: {} }, call);
  };

  const tell = async ({ file, to }: FileCarriage, why: FileTrouble, context: EffectContext) => {
    const name = plainName(file.name);
    if (to.kind === "customer") await tellCustomer(words.toCustomer(name, why, to), to, context);
    const event: CaseEvent = {
      type: "agent.noted",
      agent: parts.botName,
      text: words.toTeam(name, why, to.kind),
      at: clock.now(),
    };
    await inbox.tell({ kind: "case", id: to.caseId }, { ...event }, [`${context.key}:failed`]);
  };

  /** When it was tried first. */
  const since = async (name: string): Promise<number> => {
    const known = z.number().safeParse(await memory.get(`${name}:since`));
    if (known.success) return known.data;
    const now = clock.now();
    await memory.set(`${name}:since`, now, KEPT_MS);
    return now;
  };

  const nameOf = (id: string, index: number | ""): string => `file:${id}:${index}`;

  const carry = async (params: unknown, context: EffectContext): Promise<void> => {
    const carriage = fileCarriageSchema.parse(params);
    const { file, to, index } = carriage;
    const { key, signal, instance } = context;
    const name = nameOf(instance.id, index);
    const hindered = hindrance(carriage);
    if (hindered !== null) return tell(carriage, hindered, context);
    const startedAt = await since(name);
    const limit = timeLimit(tryMs);
    const own = AbortSignal.any([signal, limit]);
    try {
      const bytes = await source.read(file, { signal: own, maxBytes: MAX_CARRIED_BYTES });
      const carried = { name: plainName(file.name), mediaType: file.mediaType, bytes };
      const receipt = await put(carried, to, { key, signal: own });
      const address = to.kind === "customer" ? to.address : null;
      await memory.set(name, { receipt, caseId: to.caseId, address }, KEPT_MS);
    } catch (error) {
      // Time in which the other side was away is no time in which it was tried.
      if (isAway(error)) await memory.delete(`${name}:since`);
      const triedMs = clock.now() - startedAt;
      const why = signal.aborted
        ? null
        : troubleOf(limit.aborted ? tooSlow(error) : error, triedMs);
      if (why === null) throw error;
      logger.warn({ err: error, caseId: to.caseId, why }, "a file was not passed on");
      await tell(carriage, why, context);
    }
  };

  const remove = async (_params: unknown, { instance, signal }: EffectContext): Promise<void> => {
    for (const { name, value } of await memory.list(nameOf(instance.id, ""), MAX_LISTED)) {
      const found = standingSchema.safeParse(value);
      if (!found.success) continue;
      const { receipt, address, caseId: id } = found.data;
      const call = { signal };
      try {
        if (address === null) await board?.files.remove(receipt, id, call);
        else await channelOf(address.platform)?.files?.remove(receipt, address, call);
      } catch (error) {
        if (!isFrontdeskError(error, "delivery_rejected")) throw error;
        logger.info({ err: error, caseId: id }, "a file could not be taken back");
      }
      await memory.delete(name);
    }
  };

  return { carry: Object.assign(carry, { timeoutMs: TIMEOUT_MS }), remove };
}
