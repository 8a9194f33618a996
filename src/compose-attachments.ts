import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { DocumentReader } from "../knowledge/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import type { AttachmentSources } from "./compose-files.ts";
import type { Config } from "./config.ts";
import { isFrontdeskError } from "./core/index.ts";
import type { AttachmentReader, AttachmentText } from "./ports/attachment-reader.ts";

/** Somebody waits for an answer: larger files belong into the knowledge base. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Reads files that come with messages, from these platforms. Parsing begins with the first file. */
export function composeAttachments(
  config: Config,
  sources: AttachmentSources,
): AttachmentReader & { close(): Promise<void> } {
  const { parseTimeoutMs: timeoutMs } = config.knowledge;
  const reader = createDocumentReader({ limits: { maxBytes: MAX_BYTES, timeoutMs } });
  const { read } = createAttachmentReader({ reader, sources });
  return { read, close: () => reader.close() };
}

/** Fetches a file from its platform, and reads it as documents are read: in a process of its own, with limits. */
function createAttachmentReader(options: {
  readonly reader: Pick<DocumentReader, "read">;
  readonly sources: AttachmentSources;
}): AttachmentReader {
  const parse = async (
    name: string,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<AttachmentText> => {
    const folder = await mkdtemp(join(tmpdir(), "frontdesk-file-"));
    try {
      // Only the ending of a stranger's name becomes part of a path.
      const path = join(folder, `file${/^\.[a-z0-9]{1,8}$/iu.exec(extname(name))?.[0] ?? ""}`);
      await writeFile(path, bytes);
      const ref = { source: path, root: path, sizeBytes: bytes.length, updatedAt: null };
      const outcome = await options.reader.read(ref, { knownHash: null, signal });
      if (outcome.status === "unchanged")
        return { status: "unreadable", code: "source_unreadable" };
      if (outcome.status !== "read") return { status: "unreadable", code: outcome.code };
      return { status: "read", title: name, pieces: outcome.document.chunks };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    async read(attachment, platform, { signal }) {
      const source = options.sources[platform];
      if (source === undefined) return { status: "unreadable", code: "unsupported" };
      try {
        const bytes = await source.read(attachment, { signal, maxBytes: MAX_BYTES });
        return await parse(attachment.name, bytes, signal);
      } catch (error) {
        signal.throwIfAborted();
        const code = isFrontdeskError(error) ? error.code : "source_unreadable";
        return { status: "unreadable", code };
      }
    },
  };
}
