import { z } from "zod";
import { refuse } from "../api-error.ts";
import { parseRows, type Rows } from "../component-rules.ts";
import type { DiscordFile, World } from "../world.ts";

/** What nobody here sends (embeds, polls, stickers) is refused rather than taken without its limits. */
const schema = z.strictObject({
  content: z.string().nullish(),
  components: z.array(z.unknown()).optional(),
  flags: z.number().optional(),
  nonce: z.union([z.string(), z.number()]).optional(),
  enforce_nonce: z.boolean().optional(),
  allowed_mentions: z
    .object({
      parse: z.array(z.enum(["users", "roles", "everyone"])).optional(),
      users: z.array(z.string()).optional(),
      roles: z.array(z.string()).optional(),
      replied_user: z.boolean().optional(),
    })
    .optional(),
  message_reference: z
    .object({ message_id: z.string(), fail_if_not_exists: z.boolean().optional() })
    .optional(),
  attachments: z
    .array(
      z.strictObject({ id: z.union([z.string(), z.number()]), filename: z.string().optional() }),
    )
    .max(10)
    .optional(),
});

/** What a request to write says, within Discord's limits. */
export interface MessageBody {
  readonly content: string | null;
  readonly components: Rows | null;
  readonly flags: number;
  readonly nonce: string | null;
  readonly isEnforced: boolean;
  readonly replyTo: string | null;
  /** It may be posted without the message that it replies to. */
  readonly canStandAlone: boolean;
  /** Who is called by it. */
  readonly rung: (world: World) => readonly string[];
  readonly files: readonly DiscordFile[];
  /** It says which files stay. */
  readonly replacesFiles: boolean;
}

const MAX_CONTENT = 2_000;
/** Of servers without boosts (docs.discord.com, uploading files). */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_NONCE = 25;
const SUPPRESS_EMBEDS = 4;

function rungBy(body: z.infer<typeof schema>): MessageBody["rung"] {
  const { content, allowed_mentions: allowed } = body;
  const named = [...(content ?? "").matchAll(/<@!?(\d+)>/gu)].map((found) => found[1] ?? "");
  const roles = [...(content ?? "").matchAll(/<@&(\d+)>/gu)].map((found) => found[1] ?? "");
  const parse = allowed?.parse ?? ["users", "roles", "everyone"];
  return () => [
    ...(parse.includes("users") ? named : named.filter((id) => allowed?.users?.includes(id))),
    ...(parse.includes("roles") ? roles : roles.filter((id) => allowed?.roles?.includes(id))),
    ...(parse.includes("everyone") && /@(everyone|here)/u.test(content ?? "") ? ["everyone"] : []),
    ...(allowed?.replied_user === false || body.message_reference === undefined ? [] : ["replied"]),
  ];
}

/** @throws ApiError 50035, 50006 */
export function readMessageBody(
  given: unknown,
  files: readonly DiscordFile[],
  isEdit: boolean,
): MessageBody {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw refuse.invalidForm(parsed.error.issues.map(({ message }) => message));
  const body = parsed.data;
  if (files.some(({ bytes }) => bytes.length > MAX_FILE_BYTES)) throw refuse.tooLarge();
  // Every file that is sent along has an entry, by its number.
  const listed = (body.attachments ?? []).map(({ id }) => String(id));
  if (files.some((_file, at) => !listed.includes(String(at))))
    throw refuse.invalidForm(["attachments"]);
  const content = body.content ?? null;
  if ((content ?? "").length > MAX_CONTENT) {
    throw refuse.invalidForm(["content: Must be 2000 or fewer in length."]);
  }
  const nonce = body.nonce === undefined ? null : String(body.nonce);
  if (nonce !== null && nonce.length > MAX_NONCE) {
    throw refuse.invalidForm(["nonce: Must be 25 or fewer in length."]);
  }
  // Of a message that stands already only its previews can be changed.
  if (isEdit && ((body.flags ?? 0) & ~SUPPRESS_EMBEDS) !== 0) throw refuse.invalidForm(["flags"]);
  const components = body.components === undefined ? null : parseRows(body.components);
  const isEmpty = (content ?? "").trim() === "" && files.length === 0;
  if (!isEdit && isEmpty && (components ?? []).length === 0) throw refuse.empty();
  return {
    content,
    components,
    flags: body.flags ?? 0,
    nonce,
    isEnforced: body.enforce_nonce === true,
    replyTo: body.message_reference?.message_id ?? null,
    canStandAlone: body.message_reference?.fail_if_not_exists === false,
    rung: rungBy(body),
    files,
    replacesFiles: body.attachments !== undefined,
  };
}
