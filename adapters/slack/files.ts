import { z } from "zod";
import {
  type Attachment,
  FrontdeskError,
  isFrontdeskError,
  timeLimit,
} from "../../src/core/index.ts";
import { isPassing, readAtMost } from "../shared/read-at-most.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { referredFile } from "./decode.ts";

/** Reads files that came with messages. */
export interface SlackFiles {
  /**
   * The bytes of an attachment.
   * @throws FrontdeskError `source_too_large`, `source_unreadable` (gone, or the bot may not read it)
   */
  read(
    attachment: Attachment,
    call: SlackCall & { readonly maxBytes: number },
  ): Promise<Uint8Array>;
}

const TIMEOUT_MS = 30_000;

function unreadable(
  name: string,
  why: string,
  options: { readonly cause?: unknown; readonly retryable?: boolean } = {},
): FrontdeskError {
  const message = `The file ${name} cannot be read from Slack: ${why}`;
  return new FrontdeskError("source_unreadable", message, options);
}

function tooLarge(name: string, maxBytes: number): FrontdeskError {
  return new FrontdeskError("source_too_large", `The file ${name} has more than ${maxBytes} bytes`);
}

/** The token goes to Slack and to nobody else, whatever address a message names; and so do files. */
export function isSlacks(url: string, apiUrl: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol, host } = new URL(url);
  if (apiUrl !== null && new URL(apiUrl).host === host) return true;
  return protocol === "https:" && (hostname === "slack.com" || hostname.endsWith(".slack.com"));
}

const infoAnswer = z.object({
  file: z.object({
    name: z.string().nullish(),
    url_private_download: z.string().nullish(),
    url_private: z.string().nullish(),
  }),
});

/** Reads with the bot's token. */
export function createSlackFiles(options: {
  readonly api: SlackApi;
  readonly token: string;
  readonly apiUrl: string | null;
}): SlackFiles {
  /** Name and address of a file; Slack has to be asked for those of files from other organisations. */
  const locate = async ({ name, url }: Attachment, call: SlackCall) => {
    const id = referredFile(url);
    if (id === null) return { name, url };
    try {
      const { file } = await options.api.call("files.info", { file: id }, infoAnswer, call);
      const found = file.url_private_download ?? file.url_private ?? "";
      return { name: file.name ?? name, url: found };
    } catch (error) {
      call.signal.throwIfAborted();
      const retryable = isFrontdeskError(error) && error.retryable;
      throw unreadable(name, "Slack does not say where it lies", { cause: error, retryable });
    }
  };

  return {
    async read(attachment, { signal, maxBytes }) {
      const { sizeBytes } = attachment;
      const { name, url } = await locate(attachment, { signal });
      if (!isSlacks(url, options.apiUrl)) throw unreadable(name, "it does not lie at Slack");
      if (sizeBytes > maxBytes) throw tooLarge(name, maxBytes);
      let response: Response;
      try {
        response = await fetch(url, {
          headers: { authorization: `Bearer ${options.token}` },
          redirect: "error",
          signal: AbortSignal.any([signal, timeLimit(TIMEOUT_MS)]),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw unreadable(name, "there was no answer", { cause: error, retryable: true });
      }
      const type = response.headers.get("content-type") ?? "";
      // Without the right to read it, Slack answers with its sign-in page.
      const isSignIn = type.startsWith("text/html") && !/\.html?$/iu.test(name);
      if (!response.ok || isSignIn) {
        await response.body?.cancel();
        const why = isSignIn ? "the app needs files:read" : `HTTP ${response.status}`;
        throw unreadable(name, why, { retryable: isPassing(response.status) });
      }
      const bytes = await readAtMost(response.body, maxBytes);
      if (bytes === null) throw tooLarge(name, maxBytes);
      return bytes;
    },
  };
}
