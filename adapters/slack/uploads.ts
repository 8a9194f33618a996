import { z } from "zod";
import { FrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { CarriedFile, FilePlace } from "../../src/ports/file-place.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { adviceFor, certainlyNotSent, neededScope, slackErrorName } from "./errors.ts";
import { isSlacks } from "./files.ts";

/** A thread, or a channel itself. */
interface UploadPlace {
  readonly channelId: string;
  readonly threadId: string | null;
}

/** Files in the threads and channels of a workspace. */
export type SlackUploads = FilePlace<UploadPlace>;

const WEEK_MS = 7 * 24 * 3_600_000;
const TIMEOUT_MS = 60_000;
/** Slack shares a file some time after it was asked to: a file that it does not show yet is not shared a second time. */
const SHARING_MS = 15_000;
const keptSchema = z.object({ id: z.string(), askedAt: z.number().nullable() });
const anything = z.object({});
const offerAnswer = z.object({ upload_url: z.string(), file_id: z.string() });
const shares = z.record(z.string(), z.unknown()).nullish();
const infoAnswer = z.object({
  file: z.object({ shares: z.object({ public: shares, private: shares }).nullish() }),
});

/**
 * Uploads as Slack wants them since `files.upload` is gone: an address is asked for, the bytes go there, and then the file is shared
 * (docs.slack.dev/reference/methods/files.getUploadURLExternal, files.completeUploadExternal). A file keeps its id over all tries,
 * so that it can be asked whether an earlier one has shared it.
 */
export function createSlackUploads(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly clock: Clock;
  readonly apiUrl: string | null;
}): SlackUploads {
  const { api, memory, clock, apiUrl } = options;

  const send = async (url: string, name: string, bytes: Uint8Array, { signal }: SlackCall) => {
    if (!isSlacks(url, apiUrl)) {
      throw new FrontdeskError("delivery_rejected", `Slack wants ${name} somewhere else`);
    }
    const uncertain = (cause?: unknown) =>
      new FrontdeskError("delivery_uncertain", `Slack did not take ${name} in`, {
        cause,
        retryable: true,
      });
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        body: Buffer.from(bytes),
        headers: { "content-type": "application/octet-stream" },
        redirect: "error",
        signal: AbortSignal.any([signal, timeLimit(TIMEOUT_MS)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw uncertain(error);
    }
    await response.body?.cancel();
    if (!response.ok) throw uncertain();
  };

  const upload = async (name: string, bytes: Uint8Array, call: SlackCall): Promise<string> => {
    const wish = { filename: name, length: bytes.length };
    const offer = await api.call("files.getUploadURLExternal", wish, offerAnswer, call);
    await send(offer.upload_url, name, bytes, call);
    return offer.file_id;
  };

  /** Whether it is shared there; null when Slack knows no such file. */
  const isShared = async (
    id: string,
    channel: string,
    call: SlackCall,
  ): Promise<boolean | null> => {
    try {
      const { file } = await api.call("files.info", { file: id }, infoAnswer, call);
      return [file.shares?.public, file.shares?.private].some(
        (one) => one?.[channel] !== undefined,
      );
    } catch (error) {
      if (slackErrorName(error) === "file_not_found") return null;
      throw error;
    }
  };

  /** The file at Slack: there already by an earlier try, or uploaded now. */
  const readied = async (
    { name: title, bytes }: CarriedFile,
    { name, channelId }: { readonly name: string; readonly channelId: string },
    call: SlackCall,
  ): Promise<{ readonly id: string; readonly isShared: boolean }> => {
    const before = await memory.get(name, keptSchema);
    const isThere = before === null ? null : await isShared(before.id, channelId, call);
    if (before === null || isThere === null) {
      const id = await upload(title, bytes, call);
      await memory.set(name, { id, askedAt: null }, WEEK_MS);
      return { id, isShared: false };
    }
    const waitMs = (before.askedAt ?? 0) + SHARING_MS - clock.now();
    if (!isThere && waitMs > 0) {
      const how = { retryable: true, retryAfterMs: waitMs };
      throw new FrontdeskError("delivery_uncertain", `Slack may still be sharing ${title}`, how);
    }
    return { id: before.id, isShared: isThere };
  };

  const put: SlackUploads["put"] = async (file, { channelId, threadId }, { key, signal }) => {
    const call = { signal };
    const name = `upload:${key}`;
    const keep = (id: string, askedAt: number | null) => memory.set(name, { id, askedAt }, WEEK_MS);
    const { id, isShared: isThere } = await readied(file, { name, channelId }, call);
    if (isThere) return id;
    const thread = threadId === null ? {} : { thread_ts: threadId };
    const shared = { files: [{ id, title: file.name }], channel_id: channelId, ...thread };
    await keep(id, clock.now());
    try {
      await api.call("files.completeUploadExternal", shared, anything, call);
    } catch (error) {
      if (certainlyNotSent(error)) await keep(id, null);
      throw error;
    }
    return id;
  };

  return {
    async put(file, place, call) {
      try {
        return await put(file, place, call);
      } catch (error) {
        if (slackErrorName(error) !== "missing_scope") throw error;
        const scope = neededScope(error) ?? "files:write";
        const message = `Slack shows no files of the app without the scope ${scope}. ${adviceFor("missing_scope")}`;
        throw new FrontdeskError("files_not_permitted", message, { cause: error });
      }
    },
    async remove(id, _place, { signal }) {
      await api.call("files.delete", { file: id }, anything, { signal }).catch((error: unknown) => {
        const isGone = ["file_not_found", "file_deleted"].includes(slackErrorName(error) ?? "");
        if (!isGone) throw error;
      });
    },
  };
}
