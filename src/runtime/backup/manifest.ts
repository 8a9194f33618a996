import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorMessage, FrontdeskError } from "../../core/index.ts";

/** The file that says what a backup holds; written last, so that half a backup has none. */
export const MANIFEST = "backup.json";
/** Raised when an older Frontdesk could not read the folder any more. */
const FORMAT = 1;

const manifestSchema = z.object({
  format: z.number().int(),
  frontdesk: z.string(),
  createdAt: z.string(),
  conversations: z.enum(["sqlite", "redis"]),
  files: z.array(
    z.object({
      path: z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/u),
      bytes: z.number().int(),
      sha256: z.string(),
      isDatabase: z.boolean(),
    }),
  ),
});

/** What a backup holds, and by which version it was made. */
export type BackupManifest = z.infer<typeof manifestSchema>;

/** A manifest of today's format. */
export function newManifest(parts: Omit<BackupManifest, "format">): BackupManifest {
  return { format: FORMAT, ...parts };
}

/**
 * Reads what a folder says that it holds.
 * @throws FrontdeskError `usage` when it is no backup, `unsupported` when a newer version made it
 */
export function readManifest(folder: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  } catch (error) {
    throw new FrontdeskError(
      "usage",
      `${folder} is no whole backup: its ${MANIFEST} cannot be read (${errorMessage(error)}). Name a folder that \`frontdesk backup\` has finished.`,
      { cause: error },
    );
  }
  const format = z.object({ format: z.number() }).safeParse(value);
  if (format.success && format.data.format > FORMAT) {
    throw new FrontdeskError(
      "unsupported",
      `${folder} was made by a newer version of Frontdesk. Restore it with that version.`,
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FrontdeskError("usage", `${folder}/${MANIFEST} is damaged or none of ours.`);
}

/** SHA-256 of a file, as hex. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest("hex");
}
