import { z } from "zod";
import { LANGUAGES, PLATFORMS, parseVisibility, ROLES, userId } from "../core/index.ts";
import { STANDINGS } from "../ports/document-standings.ts";
import { sourceSettings } from "./source-settings.ts";

const MAX_QUERY_CHARACTERS = 16_000;
const name = z.string().min(1).max(200);
const visibility = z
  .string()
  .max(140)
  .transform((text, context) => {
    const parsed = parseVisibility(text);
    if (parsed !== null) return parsed;
    context.addIssue("must be public, internal, group:NAME or user:ID");
    return z.NEVER;
  });

const principal = z.strictObject({
  platform: z.enum(PLATFORMS),
  userId: z.string().min(1).max(200).transform(userId),
  displayName: z.string().max(200),
  role: z.enum(ROLES),
  groups: z.array(name).max(500),
});

const audience = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("private") }),
  z.strictObject({ kind: z.literal("shared"), visible: z.array(visibility).max(500) }),
]);

/** Body of `POST retrieve`: who asks and who will read it are part of the question. */
export const retrieveRequest = z.strictObject({
  query: z.string().max(MAX_QUERY_CHARACTERS),
  language: z.enum(LANGUAGES),
  principal,
  audience,
  collections: z.array(name).max(100).nullable(),
  top: z.int().min(1).max(100),
  words: z.array(z.string().max(200)).max(200).optional(),
});

const webAddress = z
  .url({ protocol: /^https?$/u, error: "only web addresses can be added from another machine" })
  .max(2_000);

/** One that the configuration of this machine names. */
const mailbox = z
  .string()
  .max(300)
  .regex(/^imap:[\w-]+(?:\/.+)?$/u, {
    error: "only web addresses and mailboxes can be added from another machine",
  });

/** Body of `POST ingest`. Files are added on the machine itself: a key must not open its disk. */
export const ingestRequest = z.strictObject({
  sources: z
    .array(z.union([webAddress, mailbox]))
    .min(1)
    .max(1_000),
  collection: name,
  visibility,
  settings: sourceSettings.exactOptional(),
});

/** Body of `POST shelf/take`. */
export const takeRequest = z.strictObject({ collection: name, name });

/** Body of `POST shelf/put`. */
export const putRequest = takeRequest.extend({ visibility, content: z.base64() });

/** Body of `POST judge`. */
export const judgeRequest = z.strictObject({
  document: z.string().min(1).max(4_000),
  standing: z.enum(STANDINGS),
  by: name,
  reader: principal.nullable(),
});

/** Body of `POST judged`. */
export const judgedRequest = z.strictObject({ reader: principal.nullable() });

/** Body of `POST topics`. */
export const topicsRequest = z.strictObject({
  principal,
  collections: z.array(name).max(100).nullable(),
});

/** Body of `POST remove`. */
export const removeRequest = z.union([
  z.strictObject({ root: z.string().min(1).max(4_000) }),
  z.strictObject({ collection: name }),
]);
