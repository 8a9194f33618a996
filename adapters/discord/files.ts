import { type Attachment, FrontdeskError, timeLimit } from "../../src/core/index.ts";
import { isPassing, readAtMost } from "../shared/read-at-most.ts";

/** Reads files that came with messages. */
export interface DiscordFiles {
  /**
   * The bytes of an attachment.
   * @throws FrontdeskError `source_too_large`, `source_unreadable` (gone, or its address is no longer valid)
   */
  read(
    attachment: Attachment,
    call: { readonly signal: AbortSignal; readonly maxBytes: number },
  ): Promise<Uint8Array>;
}

const TIMEOUT_MS = 30_000;
/** Discord's own file servers; their addresses carry a signature and need no token. */
const HOSTS: ReadonlySet<string> = new Set(["cdn.discordapp.com", "media.discordapp.net"]);

/** A message may name any address: only Discord's own is asked, so that nobody makes us look into our own network. */
function isDiscords(url: string, apiUrl: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol, host } = new URL(url);
  if (apiUrl !== null && new URL(apiUrl).host === host) return true;
  return protocol === "https:" && HOSTS.has(hostname);
}

/** @param options.apiUrl another server in Discord's place, for tests; its files are read as well */
export function createDiscordFiles(options: { readonly apiUrl: string | null }): DiscordFiles {
  const unreadable = (
    name: string,
    why: string,
    how: { readonly cause?: unknown; readonly retryable?: boolean } = {},
  ): FrontdeskError =>
    new FrontdeskError(
      "source_unreadable",
      `The file ${name} cannot be read from Discord: ${why}`,
      how,
    );
  return {
    async read({ name, url, sizeBytes }, { signal, maxBytes }) {
      const tooLarge = `The file ${name} has more than ${maxBytes} bytes`;
      if (!isDiscords(url, options.apiUrl)) throw unreadable(name, "it does not lie at Discord");
      if (sizeBytes > maxBytes) throw new FrontdeskError("source_too_large", tooLarge);
      let response: Response;
      try {
        response = await fetch(url, {
          redirect: "error",
          signal: AbortSignal.any([signal, timeLimit(TIMEOUT_MS)]),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw unreadable(name, "there was no answer", { cause: error, retryable: true });
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw unreadable(name, `HTTP ${response.status}`, {
          retryable: isPassing(response.status),
        });
      }
      const bytes = await readAtMost(response.body, maxBytes);
      if (bytes === null) throw new FrontdeskError("source_too_large", tooLarge);
      return bytes;
    },
  };
}
