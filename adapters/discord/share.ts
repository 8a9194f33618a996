import { z } from "zod";
import { hiddenSources } from "../shared/hidden-sources.ts";
import { type Shareable, shareableSchema, sharedReply, shareName } from "../shared/shareable.ts";
import { cut } from "../shared/text.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { nonceOf } from "./custom-ids.ts";
import type { From } from "./decode-interaction.ts";
import { encodeReply } from "./encode.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";
import type { Responder } from "./responder.ts";
import { plainLine } from "./safe-text.ts";

/** Shows a private answer to the channel, if everybody who may read there at this moment may see what it rests on. */
export interface Share {
  run(from: From, shareId: string): Promise<void>;
}

const anything = z.unknown();
const FORBIDDEN: ReadonlySet<number> = new Set([CODES.missingAccess, CODES.missingPermissions]);

export function createShare(parts: AdapterParts, responder: Responder): Share {
  const { host, api, readers, people, memory, signal } = parts;
  const call = { signal };

  const hidden = async (from: From, { reply }: Shareable) => {
    const [principal, audience] = await Promise.all([
      people.principal(from.actor, call),
      readers.of(from.place, call),
    ]);
    return hiddenSources(reply, { principal, audience }, host.retriever, call);
  };

  const publish = async (from: From, shareId: string, shareable: Shareable): Promise<void> => {
    const { reply } = shareable;
    const labels = discordLabels(reply.language);
    const encoded = encodeReply(sharedReply(shareable, "smalltalk"), {
      isDraft: false,
      isCommand: false,
      canStopListening: false,
      shareId: null,
      saysPrivate: false,
      longAnswers: "file",
      scope: "-",
      mark: "",
    });
    const question = plainLine(cut(reply.question ?? "", 300), 300);
    const by = labels.shared(plainLine(from.actor.name, 80));
    const head = { content: `-# 💬 ${question} — ${by}`, components: [], file: null };
    for (const [index, { content, components, file }] of [head, ...encoded].entries()) {
      const attachments = file === null ? [] : [{ id: 0, filename: file.name }];
      const nonce = nonceOf(`share/${shareId}`, index);
      const body = { content, components, attachments, ...QUIET, nonce, enforce_nonce: true };
      const route = `/channels/${from.channel}/messages` as const;
      const files =
        file === null ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
      await api.call({ method: "POST", route, body, files }, anything, call);
    }
  };

  return {
    async run(from, shareId) {
      await responder.defer(from);
      const labels = discordLabels(from.language);
      const shareable = await memory.get(shareName(shareId), shareableSchema);
      if (shareable === null || shareable.user !== from.actor.user) {
        return responder.edit(from, { content: labels.expired });
      }
      const closed = await hidden(from, shareable);
      if (closed.length > 0) {
        const names = [...new Set(closed.map(({ title, source }) => title || source))];
        const shown = names.slice(0, 10).map((name) => `“${plainLine(name, 80)}”`);
        return responder.edit(from, { content: labels.notShared(shown) });
      }
      try {
        await publish(from, shareId, shareable);
      } catch (error) {
        if (!FORBIDDEN.has(discordErrorCode(error) ?? -1)) throw error;
        return responder.edit(from, { content: labels.shareNeedsPermission });
      }
      // Shared once: a second press finds nothing any more.
      await memory.delete(shareName(shareId));
      await responder.remove(from);
    },
  };
}
