import type { Knowledge } from "../knowledge/index.ts";
import type { LocalShelf } from "./application/index.ts";
import type { Role } from "./compose-roles.ts";
import type { Config } from "./config.ts";
import { packageVersion } from "./package-root.ts";
import type { RestService } from "./server/index.ts";
import type { Stores } from "./stores.ts";

/** Makes the document API of this process; a knowledge server takes its own key for it as well. */
export function composeRest(options: {
  readonly config: Config;
  readonly role: Role;
  readonly knowledge: Knowledge;
  /** Null where the documents lie on another machine. */
  readonly shelf: LocalShelf | null;
  readonly stores: Pick<Stores, "budget">;
}): RestService {
  const { config, role, knowledge, shelf, stores } = options;
  const { apiKey, jwtSecret, requestsPerSecond } = config.http;
  const { defaultVisibility, maxDocumentBytes } = config.knowledge;
  const keys = role === "knowledge" ? [apiKey, config.knowledge.apiKey] : [apiKey];
  return {
    knowledge,
    documents: knowledge.documents,
    shelf,
    apiKeys: keys.filter((key) => key !== null),
    jwtSecret,
    budget: stores.budget,
    requestsPerSecond,
    defaultVisibility,
    maxDocumentBytes,
    version: packageVersion,
  };
}
