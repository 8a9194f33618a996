import { z } from "zod";
import { LANGUAGES } from "../core/index.ts";
import { CLEANINGS, REDACTIONS } from "../ports/knowledge-base.ts";

const YEAR_MINUTES = 366 * 24 * 60;
const MAX_DEPTH = 10;
const MAX_PAGES = 50_000;

/** How a source is to be looked after; what is not said stays as it was. */
export const sourceSettings = z.strictObject({
  everyMinutes: z.int().min(1).max(YEAR_MINUTES).nullable().exactOptional(),
  language: z.enum(LANGUAGES).nullable().exactOptional(),
  owner: z.string().min(1).max(200).nullable().exactOptional(),
  depth: z.int().min(0).max(MAX_DEPTH).exactOptional(),
  maxPages: z.int().min(1).max(MAX_PAGES).exactOptional(),
  clean: z.array(z.enum(CLEANINGS)).max(CLEANINGS.length).nullable().exactOptional(),
  redact: z.array(z.enum(REDACTIONS)).max(REDACTIONS.length).nullable().exactOptional(),
  watch: z.boolean().nullable().exactOptional(),
  git: z.boolean().exactOptional(),
});
