import { z } from "zod";
import { LANGUAGES } from "../../src/core/index.ts";
import {
  CLEANINGS,
  REDACTIONS,
  SOURCE_DEFAULTS,
  type SourceSettings,
} from "../../src/ports/knowledge-base.ts";

const said = z.object({
  everyMinutes: z.number().int().positive().nullable().exactOptional(),
  language: z.enum(LANGUAGES).nullable().exactOptional(),
  owner: z.string().nullable().exactOptional(),
  depth: z.number().int().min(0).exactOptional(),
  maxPages: z.number().int().positive().exactOptional(),
  clean: z.array(z.enum(CLEANINGS)).nullable().exactOptional(),
  redact: z.array(z.enum(REDACTIONS)).nullable().exactOptional(),
  watch: z.boolean().nullable().exactOptional(),
  git: z.boolean().exactOptional(),
});

/** Settings from the column that holds them; what was never said, or cannot be read, is as by default. */
export function storedSettings(json: string): SourceSettings {
  return { ...SOURCE_DEFAULTS, ...saidIn(json) };
}

/** The column after more was said. */
export function withSettings(json: string, more: Partial<SourceSettings>): string {
  return JSON.stringify({ ...saidIn(json), ...more });
}

function saidIn(json: string): Partial<SourceSettings> {
  try {
    return said.parse(JSON.parse(json));
  } catch {
    return {};
  }
}
