import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { parseBlocks, shown } from "./block-rules.ts";
import type { SlackLimits } from "./limits.ts";
import type { World } from "./world.ts";

/** What a `response_url` belongs to. */
interface Grant {
  readonly channel: string;
  readonly user: string;
  readonly threadTs: string | null;
  /** The message that the interaction came from; commands have none, and nothing of theirs can be replaced. */
  readonly original: string | null;
  uses: number;
  readonly expiresAt: number;
}

const body = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: z.union([z.boolean(), z.literal("true")]).optional(),
  delete_original: z.union([z.boolean(), z.literal("true")]).optional(),
  thread_ts: z.string().optional(),
});

/** Hands out response URLs and takes what is sent to them. */
export interface ResponseUrls {
  grant(of: {
    readonly channel: string;
    readonly user: string;
    readonly threadTs: string | null;
    readonly original: string | null;
  }): string;
  /** What an acknowledgement said, as an ephemeral answer to a command. */
  answer(url: string, payload: unknown): void;
  /** @throws ApiError `expired_url`, `used_url` */
  receive(id: string, payload: unknown): void;
}

type Body = z.infer<typeof body>;

export function createResponseUrls(options: {
  readonly world: World;
  readonly limits: SlackLimits;
  readonly baseUrl: () => string;
}): ResponseUrls {
  const { world, limits } = options;
  const grants = new Map<string, Grant>();

  const replace = (grant: Grant, said: Body): boolean => {
    const original = grant.original === null ? null : world.find(grant.channel, grant.original);
    if (original === null) return false;
    original.blocks = said.blocks === undefined ? [] : parseBlocks(said.blocks);
    original.text = said.text ?? original.blocks.map(shown).join("\n");
    world.changed();
    return true;
  };

  const post = (grant: Grant, said: Body): void => {
    const blocks = said.blocks === undefined ? [] : parseBlocks(said.blocks);
    if (blocks.length === 0 && said.text === undefined) throw new ApiError("no_text");
    world.add({
      channel: grant.channel,
      threadTs: said.thread_ts ?? grant.threadTs,
      user: world.bot.id,
      botId: world.bot.botId,
      text: said.text ?? blocks.map(shown).join("\n"),
      blocks,
      ephemeralTo: said.response_type === "ephemeral" ? grant.user : null,
    });
  };

  const take = (grant: Grant, payload: unknown): void => {
    const parsed = body.safeParse(payload);
    if (!parsed.success) throw new ApiError("invalid_payload");
    const said = parsed.data;
    if (said.delete_original !== undefined && said.delete_original !== false) {
      if (grant.original !== null) world.remove(grant.channel, grant.original);
      return;
    }
    const wantsReplace = said.replace_original !== undefined && said.replace_original !== false;
    if (wantsReplace && replace(grant, said)) return;
    post(grant, said);
  };

  return {
    grant(of) {
      const id = world.newId("R");
      grants.set(id, { ...of, uses: 0, expiresAt: world.now() + limits.responseUrlMs });
      return `${options.baseUrl()}/response/${id}`;
    },
    answer(url, payload) {
      const grant = grants.get(url.split("/").at(-1) ?? "");
      if (grant !== undefined) take(grant, payload);
    },
    receive(id, payload) {
      const grant = grants.get(id);
      if (grant === undefined || world.now() > grant.expiresAt) throw new ApiError("expired_url");
      if (grant.uses >= limits.responseUrlUses) throw new ApiError("used_url");
      grant.uses += 1;
      take(grant, payload);
    },
  };
}
