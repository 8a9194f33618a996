import type { Application } from "../ports/application.ts";
import { type Io, writeLine } from "./io.ts";
import { followJob } from "./job-commands.ts";
import { intervalText } from "./options.ts";
import { table } from "./table.ts";

/** Lists what the knowledge base holds. */
export async function runSourcesList(
  app: Application,
  options: { readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const sources = await app.sources({ speaker: null }, { signal });
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(sources));
    return 0;
  }
  if (sources.length === 0) {
    writeLine(io.stdout, "The knowledge base is empty. Add documents: frontdesk ingest <path>");
    return 0;
  }
  const rows = sources.map((source) => [
    source.collection,
    source.root,
    source.visibility,
    String(source.documents),
    String(source.chunks),
    intervalText(source.settings.everyMinutes),
    source.settings.owner ?? "",
    new Date(source.updatedAt).toISOString().slice(0, 16).replace("T", " "),
  ]);
  const head = [
    "COLLECTION",
    "SOURCE",
    "VISIBILITY",
    "DOCUMENTS",
    "PASSAGES",
    "EVERY",
    "OWNER",
    "UPDATED (UTC)",
  ];
  writeLine(io.stdout, table([head, ...rows]));
  return 0;
}

/** Removes a source by its path or URL, or a collection by its name. Exit code 1 when there was none. */
export async function runSourcesRemove(
  app: Application,
  options: { readonly target: string; readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const sources = await app.sources({ speaker: null }, { signal });
  const isRoot = sources.some(({ root }) => root === options.target);
  const isCollection = sources.some(({ collection }) => collection === options.target);
  if (!isRoot && !isCollection) {
    writeLine(
      io.stderr,
      `There is no source or collection ${options.target}; frontdesk sources lists them.`,
    );
    return 1;
  }
  const removed = await app.removeSource(
    isRoot ? { root: options.target } : { collection: options.target },
    { signal },
  );
  writeLine(
    io.stdout,
    options.json
      ? JSON.stringify({ removed })
      : `Removed ${removed} document${removed === 1 ? "" : "s"}; they are gone from answers.`,
  );
  return 0;
}

/** Ingests sources once more, one job each, and waits for all. Exit code 1 when one failed or there is none. */
export async function runSourcesSync(
  app: Application,
  options: { readonly source: string | null; readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const sources = await app.sources({ speaker: null }, { signal });
  const wanted = sources.filter(({ root }) => options.source === null || root === options.source);
  if (wanted.length === 0) {
    const what =
      options.source === null ? "There are no sources" : `There is no source ${options.source}`;
    writeLine(io.stderr, `${what}; frontdesk sources lists them.`);
    return 1;
  }
  const jobs = [];
  for (const { root, collection, visibility } of wanted) {
    const task = { type: "ingest", sources: [root], collection, visibility } as const;
    jobs.push({ root, job: await app.startJob(task, { signal }) });
  }
  let code = 0;
  for (const { root, job } of jobs) {
    const title = `Bringing ${root} up to date`;
    const ended = await followJob(app, job, { title, json: options.json }, io, signal);
    code = Math.max(code, ended);
  }
  return code;
}
