import { DEFAULT_DIALOGUE_SETTINGS, noteFileTrouble, sayFileTrouble } from "../flows/index.ts";
import { createFileCarrier } from "./application/index.ts";
import { type Attachment, FrontdeskError, type Language, type Platform } from "./core/index.ts";
import type { Channel } from "./ports/channel.ts";
import type { Clock } from "./ports/clock.ts";
import type { DeskBoard } from "./ports/desk.ts";
import type { EffectHandlers } from "./ports/effect.ts";
import type { FileSource } from "./ports/file-place.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";

/** Where the bytes of one platform's files come from. */
interface AttachmentSource {
  /** @throws FrontdeskError `source_too_large`, `source_unreadable` */
  read(
    attachment: Attachment,
    call: { readonly signal: AbortSignal; readonly maxBytes: number },
  ): Promise<Uint8Array>;
}

/** The platforms whose files can be read here. */
export type AttachmentSources = Partial<Readonly<Record<Platform, AttachmentSource>>>;

/** Files of all platforms. */
export function composeFileSource(sources: AttachmentSources): FileSource {
  return {
    read(file, call) {
      const source = sources[file.platform];
      if (source !== undefined) return source.read(file, call);
      const message = `Files of ${file.platform} cannot be read here.`;
      return Promise.reject(new FrontdeskError("unsupported", message));
    },
  };
}

/** The effects of files that go from a customer to the desk, or from an agent to his customer. */
export function composeFileEffects(parts: {
  readonly source: FileSource;
  readonly channels: readonly Channel[];
  readonly board: DeskBoard | null;
  readonly memory: KeyedMemory;
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** Of the team. */
  readonly deskLanguage: Language;
  readonly logger: Logger;
}): EffectHandlers {
  const { channels, deskLanguage, ...rest } = parts;
  const { carry, remove } = createFileCarrier({
    ...rest,
    channelOf: (platform) => channels.find((one) => one.platform === platform) ?? null,
    botName: DEFAULT_DIALOGUE_SETTINGS.botName,
    words: {
      toCustomer: sayFileTrouble,
      toTeam: (name, why, to) => noteFileTrouble(deskLanguage, name, why, to),
    },
  });
  return { "file.carry": carry, "file.remove": remove };
}
