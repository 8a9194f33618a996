import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot, packageVersion } from "../package-root.ts";
import type { Application } from "../ports/application.ts";
import type { CommandContext } from "./context.ts";
import { createIngestView } from "./ingest.ts";
import { type Io, writeLine } from "./io.ts";

interface Sample {
  readonly collection: string;
  readonly folder: string;
}

const DOCS: Sample = { collection: "frontdesk-docs", folder: join(packageRoot, "docs") };
const HANDBOOK: Sample = {
  collection: "sample-handbook",
  folder: join(packageRoot, "samples", "handbook"),
};

const markerSchema = z.object({ version: z.string(), collections: z.array(z.string()) });
type Marker = z.infer<typeof markerSchema>;

function readMarker(path: string): Marker | null {
  try {
    return markerSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

async function load(
  app: Application,
  samples: readonly Sample[],
  context: CommandContext,
): Promise<void> {
  const { io, signal } = context;
  for (const { collection, folder } of samples) {
    const view = createIngestView(io, `Reading ${collection}`);
    try {
      const request = { sources: [folder], collection, visibility: "public" } as const;
      for await (const event of app.ingest(request, { signal })) {
        view.show(event);
        if (event.type === "warning") writeLine(io.stderr, `note: ${event.message}`);
      }
    } finally {
      view.end();
    }
  }
}

function announce(wanted: "all" | "docs", io: Io): void {
  const what =
    wanted === "all"
      ? "the sample: Frontdesk's own docs and a fictional employee handbook, in English and Chinese"
      : "Frontdesk's own docs";
  writeLine(io.stderr, `The knowledge base is empty; loading ${what}.`);
  writeLine(
    io.stderr,
    wanted === "all"
      ? "Remove it later with: npx frontdesk sources remove sample-handbook, and the same with frontdesk-docs"
      : "Remove it later with: npx frontdesk sources remove frontdesk-docs",
  );
}

/**
 * Gives an empty knowledge base something to answer from: everything for a first look in the terminal, only our own docs
 * for `start`. Once removed it does not come back; after an upgrade it is brought up to date.
 */
export async function prepareSamples(
  app: Application,
  context: CommandContext,
  wanted: "all" | "docs",
): Promise<void> {
  if (app.mode === "attached") return; // whoever owns the data has decided
  if (context.config().knowledge.url !== null) return; // the documents are on another machine
  const path = join(context.config().dataDir, "samples.json");
  const marker = readMarker(path);
  if (marker?.version === packageVersion) return;
  const call = { signal: context.signal };
  const present = new Set(
    (await app.sources({ speaker: null }, call)).map(({ collection }) => collection),
  );
  if (marker === null && present.size > 0) return;
  const samples =
    marker === null
      ? wanted === "all"
        ? [DOCS, HANDBOOK]
        : [DOCS]
      : [DOCS, HANDBOOK].filter(({ collection }) => present.has(collection));
  const available = samples.filter(({ folder }) => existsSync(folder));
  if (marker === null) announce(wanted, context.io);
  await load(app, available, context);
  const collections = available.map(({ collection }) => collection);
  writeFileSync(path, JSON.stringify({ version: packageVersion, collections } satisfies Marker));
}
