import { join } from "node:path";
import {
  type ChromaPlace,
  createKnowledge,
  createRemoteKnowledge,
  type Knowledge,
} from "../knowledge/index.ts";
import { createDocumentReader, type MailboxAccount } from "../knowledge/ingest/index.ts";
import {
  createDocumentShelf,
  type LocalShelf,
  observeRetriever,
  type RetrievalObserver,
} from "./application/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import type { ComposedModels } from "./compose-models.ts";
import { retrievalSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { DocumentShelf } from "./ports/document-shelf.ts";
import type { Logger } from "./ports/logger.ts";

/** The knowledge base with the shelf on which documents without a place of their own are kept. */
export interface ComposedKnowledge extends Knowledge {
  readonly shelf: DocumentShelf;
  /** The same where the documents lie on this machine; else null. */
  readonly localShelf: LocalShelf | null;
}

/** What is handed over lies here, in the data directory. */
const SHELF_FOLDER = "documents";

/** The knowledge base with somebody told what its searches had to do without. */
function observed(knowledge: Knowledge, observer: RetrievalObserver): Knowledge {
  return { ...knowledge, ...observeRetriever(knowledge, observer) };
}

function placeOf({ chromaUrl }: Config): ChromaPlace {
  return chromaUrl === null ? { mode: "embedded" } : { mode: "remote", url: chromaUrl };
}

/** Mailboxes without a password cannot be read; who tries is told which setting is missing. */
function mailboxAccounts({ knowledge }: Config): Readonly<Record<string, MailboxAccount>> {
  return Object.fromEntries(
    Object.entries(knowledge.mailboxes).map(([name, { port, password, ...account }]) => [
      name,
      {
        ...account,
        port: port ?? (account.tls === "on" ? 993 : 143),
        password: password ?? "",
      },
    ]),
  );
}

/** Opens the documents of this machine, or speaks to the machine that holds them (`KNOWLEDGE_URL`). */
export async function composeKnowledge(
  options: {
    readonly config: Config;
    readonly dataDir: string;
    readonly observer: RetrievalObserver;
    readonly logger: Logger;
    /** Default: as configured. */
    readonly chroma?: ChromaPlace;
  },
  models: ComposedModels,
  parts: OpenedParts,
): Promise<ComposedKnowledge> {
  const { config, dataDir, observer, logger } = options;
  const { url, apiKey } = config.knowledge;
  if (url !== null) {
    const remote = createRemoteKnowledge({ url, apiKey });
    return { ...observed(remote, observer), shelf: remote.shelf, localShelf: null };
  }
  const reader = parts.add(
    createDocumentReader({
      limits: {
        maxBytes: config.knowledge.maxDocumentBytes,
        timeoutMs: config.knowledge.parseTimeoutMs,
      },
      allowPrivate: config.knowledge.allowPrivate,
      mailboxes: mailboxAccounts(config),
      onRequest: createEgressLog(logger),
      heedsRobots: config.knowledge.heedRobots,
      pauseMs: config.knowledge.pauseMs,
    }),
  );
  const knowledge = await createKnowledge({
    dataDir,
    reader,
    embedder: models.embedder,
    reranker: models.reranker,
    chroma: options.chroma ?? placeOf(config),
    settings: retrievalSettings(config, models.fusionWeight),
    cleaning: { clean: config.knowledge.clean, redact: config.knowledge.redact },
    logger,
    clock: systemClock,
  });
  const shelf = createDocumentShelf({ folder: join(dataDir, SHELF_FOLDER), knowledge });
  return { ...observed(knowledge, observer), shelf, localShelf: shelf };
}
