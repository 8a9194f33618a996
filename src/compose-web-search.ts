import { createDocumentReader, createGuardedDispatcher } from "../knowledge/ingest/index.ts";
import {
  braveProvider,
  createWebSearch,
  jsonApiProvider,
  searxngProvider,
  tavilyProvider,
} from "../knowledge/web/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { WebSearch } from "./ports/web-search.ts";

/** Somebody waits for an answer. */
const PAGE_LIMITS = { maxBytes: 2 * 1_048_576, fetchTimeoutMs: 6_000, timeoutMs: 6_000 };
const PAGES_AT_ONCE = 2;

/** Whether questions that the documents do not answer are looked for on the web. */
function usesWeb({ web }: Config): boolean {
  return web.provider !== "off" || web.apis.length > 0;
}

/** Makes the search on the web; null when it is off. Nothing goes out before the first question. */
export function composeWebSearch(
  { config, logger }: { readonly config: Config; readonly logger: Logger },
  parts: OpenedParts,
): WebSearch | null {
  if (!usesWeb(config)) return null;
  const { web, knowledge } = config;
  const onRequest = createEgressLog(logger);
  // Whom to ask the operator has said, who may well mean a server of his own.
  const dispatcher = createGuardedDispatcher({ allowPrivate: true, onRequest });
  parts.add({ close: () => dispatcher.destroy() });
  const engines = new Set([web.provider, ...web.also]);
  const reader = web.readPages
    ? parts.add(
        createDocumentReader({
          concurrency: PAGES_AT_ONCE,
          limits: PAGE_LIMITS,
          allowPrivate: knowledge.allowPrivate,
          heedsRobots: knowledge.heedRobots,
          pauseMs: 0,
          onRequest,
        }),
      )
    : null;
  return createWebSearch({
    providers: [
      ...(engines.has("searxng") && web.searxngUrl !== null
        ? [searxngProvider(web.searxngUrl, dispatcher)]
        : []),
      ...(engines.has("brave") && web.braveApiKey !== null
        ? [braveProvider(web.braveApiKey, dispatcher)]
        : []),
      ...(engines.has("tavily") && web.tavilyApiKey !== null
        ? [tavilyProvider(web.tavilyApiKey, dispatcher)]
        : []),
      ...web.apis.map((api) => jsonApiProvider(api, dispatcher)),
    ],
    reader,
    clock: systemClock,
    logger,
  });
}
