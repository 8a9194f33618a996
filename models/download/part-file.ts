import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";

const noteSchema = z.object({
  /** Names the address. */
  source: z.string(),
  /** A strong ETag or a date, to be sent as `If-Range`; null when the server gave none. */
  validator: z.string().nullable(),
  totalBytes: z.number().int().nonnegative().nullable(),
});

/** What is known of a download that was begun. */
export type PartNote = Readonly<z.infer<typeof noteSchema>>;

/** The beginning of a download, which stays when it is interrupted. */
export interface PartFile {
  readonly path: string;
  sizeBytes(): number;
  /** Null when there is none that could be used. */
  note(): PartNote | null;
  writeNote(note: PartNote): void;
  remove(): void;
}

/** @param target the file that it becomes in the end */
export function partFile(target: string): PartFile {
  const path = `${target}.part`;
  const notePath = `${path}.json`;
  return {
    path,
    sizeBytes: () => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    note: () => {
      try {
        return noteSchema.parse(JSON.parse(readFileSync(notePath, "utf8")));
      } catch {
        return null; // without a note it is begun anew, which is always right
      }
    },
    writeNote: (note) => writeFileSync(notePath, JSON.stringify(note)),
    remove: () => {
      rmSync(path, { force: true });
      rmSync(notePath, { force: true });
    },
  };
}
