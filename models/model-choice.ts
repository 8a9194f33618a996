import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ModelFolder } from "./catalog.ts";

const choiceSchema = z.object({ chat: z.string().nullable() });

/** What a person chose when Frontdesk offered a model. */
export type ModelChoice = Readonly<z.infer<typeof choiceSchema>>;

const FILE_NAME = "choice.json";

/** The choice of before; null when nobody was asked yet. `chat` is null when the offer was declined. */
export function readModelChoice(folder: ModelFolder): ModelChoice | null {
  try {
    return choiceSchema.parse(JSON.parse(readFileSync(join(folder.directory, FILE_NAME), "utf8")));
  } catch {
    return null; // not asked, or not readable: asking again does no harm
  }
}

/** Remembers a choice. */
export function writeModelChoice(folder: ModelFolder, choice: ModelChoice): void {
  mkdirSync(folder.directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder.directory, FILE_NAME), JSON.stringify(choice));
}
