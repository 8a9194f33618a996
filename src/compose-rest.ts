import { join } from "node:path";
import type { Knowledge } from "../knowledge/index.ts";
import { createDocumentShelf } from "./application/index.ts";
import type { Role } from "./compose-roles.ts";
import type { Config } from "./config.ts";
import { packageVersion } from "./package-root.ts";
import type { RestService } from "./server/index.ts";
import type { Stores } from "./stores.ts";

/** What is handed over lies here, in the data directory. */
const FOLDER = "documents";

/** Makes the document API of this process; a knowledge server takes its own key for it as well. */
export function composeRest(options: {
  readonly config: Config;
  readonly role: Role;
  readonly dataDir: string;
  readonly knowledge: Knowledge;
  readonly stores: Pick<Stores, "budget">;
}): RestService {
  const { config, role, dataDir, knowledge, stores } = options;
  const { apiKey, jwtSecret, requestsPerSecond } = config.http;
  const { defaultVisibility, maxDocumentBytes } = config.knowledge;
  const keys = role === "knowledge" ? [apiKey, config.knowledge.apiKey] : [apiKey];
  return {
    knowledge,
    documents: knowledge.documents,
    shelf:
      knowledge.documents === null
        ? null
        : createDocumentShelf({ folder: join(dataDir, FOLDER), knowledge }),
    apiKeys: keys.filter((key) => key !== null),
    jwtSecret,
    budget: stores.budget,
    requestsPerSecond,
    defaultVisibility,
    maxDocumentBytes,
    version: packageVersion,
  };
}
