import { z } from "zod";
import { detectLanguage, type Progress, type ReplyAddress } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { Chains } from "./chains.ts";
import type { DiscordApi } from "./client.ts";
import { markOf } from "./custom-ids.ts";
import { draftOf } from "./encode.ts";
import type { Grants } from "./grants.ts";
import { parseDiscordConversation } from "./ids.ts";
import { QUIET } from "./placement.ts";
import { createStopping } from "./stopping.ts";

/** A piece of an answer that is being written. */
type Piece = Exclude<Progress, { readonly type: "stage" }>;

/**
 * Shows a private answer while it is written, in the place of "thinking …", with a button that ends it. Failures are of no
 * consequence: the answer takes the same place.
 */
export interface PrivateDrafts {
  grow(address: ReplyAddress, piece: Piece): void;
  /** What comes next stands: nothing of the draft is under way any more. */
  ended(address: ReplyAddress): Promise<void>;
  close(): void;
}

const anything = z.unknown();

interface Draft {
  text: string;
  shown: string;
  /** It grew since it was looked at last. */
  hasGrown: boolean;
  timer: NodeJS.Timeout | undefined;
  running: Promise<void>;
  hasEnded: boolean;
}

export function createPrivateDrafts(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly grants: Grants;
  readonly chains: Chains;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Between two edits. */
  readonly intervalMs: number;
}): PrivateDrafts {
  const { api, memory, grants, chains, signal, logger, intervalMs } = options;
  const stopping = createStopping(memory);
  const drafts = new Map<string, Draft>();

  const show = async (draft: Draft, address: ReplyAddress, replyTo: string): Promise<void> => {
    const { text } = draft;
    draft.hasGrown = false;
    if (draft.hasEnded || signal.aborted || text.trim() === "" || text === draft.shown) return;
    const grant = await grants.own(address);
    // Only where Discord waits for the answer there is a place that the answer takes itself.
    if (grant?.isOpen !== true) return;
    const mark = markOf(`draft ${replyTo}`);
    if (draft.shown === "") {
      await stopping.note(mark, replyTo);
      // Pressed by one person, it belongs to the talk that many see.
      const isOwnTalk = parseDiscordConversation(address.conversationId)?.kind === "private";
      if (!isOwnTalk) await chains.noteTalk(mark, address.conversationId);
    }
    draft.shown = text;
    const { content, components } = draftOf(text, detectLanguage(text), { scope: "@", mark });
    const route = `/webhooks/${grant.application}/${grant.token}/messages/@original` as const;
    const body = { content, components, ...QUIET };
    await api.call({ method: "PATCH", route, body, isAnonymous: true }, anything, { signal });
  };

  const showSoon = (draft: Draft, address: ReplyAddress, replyTo: string): void => {
    draft.timer ??= setTimeout(() => {
      draft.running = show(draft, address, replyTo)
        .catch((error: unknown) => {
          if (!signal.aborted) logger.debug({ err: error }, "a private draft could not be shown");
        })
        .finally(() => {
          draft.timer = undefined;
          if (!draft.hasEnded && draft.hasGrown) showSoon(draft, address, replyTo);
        });
    }, intervalMs).unref();
  };

  return {
    grow(address, piece) {
      const { replyTo } = address;
      if (replyTo === null || signal.aborted) return;
      const running = Promise.resolve();
      const draft: Draft = drafts.get(replyTo) ?? {
        text: "",
        shown: "",
        hasGrown: false,
        timer: undefined,
        running,
        hasEnded: false,
      };
      drafts.set(replyTo, draft);
      draft.text = piece.type === "text" ? draft.text + piece.delta : "";
      draft.hasGrown = true;
      if (draft.text !== "") showSoon(draft, address, replyTo);
    },
    async ended({ replyTo }) {
      const draft = drafts.get(replyTo ?? "");
      if (draft === undefined || replyTo === null) return;
      drafts.delete(replyTo);
      draft.hasEnded = true;
      clearTimeout(draft.timer);
      await draft.running;
    },
    close() {
      for (const { timer } of drafts.values()) clearTimeout(timer);
      drafts.clear();
    },
  };
}
