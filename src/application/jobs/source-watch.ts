import { errorMessage } from "../../core/index.ts";
import type { FolderWatch } from "../../ports/folder-watch.ts";
import type { JobQueue } from "../../ports/jobs.ts";
import { isPath, type KnowledgeBase, type SourceSummary } from "../../ports/knowledge-base.ts";
import type { Logger } from "../../ports/logger.ts";
import { ingestJob } from "./knowledge-jobs.ts";

const LOOK_EVERY_MS = 15_000;
/** So long nothing must have happened: who saves twenty files is served once. */
const QUIET_MS = 2_000;
/** Where something happens all the time, it is looked at after this time nevertheless. */
const PATIENCE_MS = 30_000;

/** A source that is watched. */
interface Watched {
  close(): Promise<void>;
}

interface WatchingParts {
  readonly knowledge: Pick<KnowledgeBase, "sources">;
  readonly jobs: Pick<JobQueue, "enqueue">;
  readonly folders: FolderWatch;
  /** Whether sources are watched of which nothing was said. */
  readonly isUsual: boolean;
  readonly logger: Logger;
  /** Default 15,000. */
  readonly everyMs?: number;
  /** Default 2,000. */
  readonly quietMs?: number;
}

/**
 * Watches the folders and files that are to be watched, and brings them up to date, as jobs, soon after something changed
 * there, and once when watching begins, for what happened before.
 */
export function watchSources(parts: WatchingParts): { close(): Promise<void> } {
  const { knowledge, logger, everyMs = LOOK_EVERY_MS } = parts;
  const watched = new Map<string, Watched>();
  const given = new Set<string>();

  const forget = async (key: string): Promise<void> => {
    const entry = watched.get(key);
    watched.delete(key);
    await entry?.close();
  };
  const begin = async (source: SourceSummary): Promise<void> => {
    const key = keyOf(source);
    const onEnd = (error: unknown): void => {
      // A folder that is gone may come back; one that the system refuses to watch would be refused again.
      if (error !== null) {
        given.add(key);
        logger.warn({ root: source.root, reason: errorMessage(error) }, "a source is not watched");
      }
      void forget(key);
    };
    try {
      watched.set(key, await watchOne(parts, source, onEnd));
    } catch (error) {
      logger.debug({ root: source.root, reason: errorMessage(error) }, "a source is not there");
    }
  };
  const look = async (): Promise<void> => {
    const wanted = (await knowledge.sources()).filter((source) => isWanted(source, parts.isUsual));
    const keys = new Set(wanted.map(keyOf));
    for (const key of [...watched.keys()]) if (!keys.has(key)) await forget(key);
    for (const source of wanted) {
      const key = keyOf(source);
      if (!watched.has(key) && !given.has(key)) await begin(source);
    }
  };
  return repeatedly(look, everyMs, logger, async () => {
    await Promise.all([...watched.keys()].map(forget));
  });
}

function isWanted({ root, settings }: SourceSummary, isUsual: boolean): boolean {
  return (settings.watch ?? isUsual) && isPath(root);
}

/** Watches one source; events that come close together are one. */
async function watchOne(
  { folders, jobs, logger, quietMs = QUIET_MS }: WatchingParts,
  { root, collection, visibility }: SourceSummary,
  onEnd: (error: unknown) => void,
): Promise<Watched> {
  let timer: NodeJS.Timeout | null = null;
  let since: number | null = null;
  const run = async (): Promise<void> => {
    timer = null;
    since = null;
    try {
      const job = await jobs.enqueue(ingestJob({ sources: [root], collection, visibility }));
      // The one that runs may have read already what changed just now.
      if (job.state === "running") arm();
    } catch (error) {
      logger.warn(
        { root, reason: errorMessage(error) },
        "a changed source was not brought up to date",
      );
    }
  };
  const arm = (): void => {
    const now = performance.now();
    since ??= now;
    if (timer !== null) clearTimeout(timer);
    const wait = Math.max(0, Math.min(quietMs, since + PATIENCE_MS - now));
    timer = setTimeout(() => void run(), wait);
  };
  const watch = await folders.watch(root, { onChange: arm, onEnd });
  arm();
  return {
    async close() {
      if (timer !== null) clearTimeout(timer);
      await watch.close();
    },
  };
}

/** Calls again and again, one after the other, and once soon; closing waits for the call that goes on. */
function repeatedly(
  look: () => Promise<void>,
  everyMs: number,
  logger: Logger,
  atEnd: () => Promise<void>,
): { close(): Promise<void> } {
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;
  let current: Promise<void> = Promise.resolve();
  const next = (): void => {
    timer = null;
    current = look()
      .catch((error: unknown) => {
        logger.warn({ reason: errorMessage(error) }, "sources could not be looked at");
      })
      .finally(() => {
        if (!isClosed) timer = setTimeout(next, everyMs);
      });
  };
  // Not at once: a command that asks one thing and ends does not begin to watch.
  timer = setTimeout(next, Math.min(everyMs, QUIET_MS));
  return {
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await current;
      await atEnd();
    },
  };
}

/** Who may read it belongs to it: a run must not bring back the readers of yesterday. */
function keyOf({ collection, root, visibility }: SourceSummary): string {
  return JSON.stringify([collection, root, visibility]);
}
