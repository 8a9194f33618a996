import Fastify from "fastify";
import { onTestFinished } from "vitest";
import { createDocumentShelf } from "../../src/application/index.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";
import type { KnowledgeBase } from "../../src/ports/knowledge-base.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { answerError } from "../../src/server/error-answer.ts";
import { addKnowledgeRoutes } from "../../src/server/knowledge-routes.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The key of the servers below. */
export const KNOWLEDGE_KEY = "a-key-of-the-test";

/** Serves a knowledge base on a port of 127.0.0.1 until the running test has finished. */
export async function serveKnowledge(
  knowledge: KnowledgeBase & Retriever,
  options: {
    readonly requestsPerSecond?: number;
    readonly port?: number;
    /** Default: one in a folder of the running test. */
    readonly shelf?: DocumentShelf;
  } = {},
): Promise<{ readonly url: string; readonly port: number; close(): Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true });
  server.setErrorHandler((error, _request, reply) => answerError(error, reply));
  const budget = createMemoryBudget();
  addKnowledgeRoutes(server, {
    knowledge,
    shelf: options.shelf ?? createDocumentShelf({ folder: temporaryFolder(), knowledge }),
    apiKey: KNOWLEDGE_KEY,
    budget,
    requestsPerSecond: options.requestsPerSecond ?? 10_000,
  });
  const url = await server.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  const close = async (): Promise<void> => {
    await server.close();
    await budget.close();
  };
  onTestFinished(close);
  return { url, port: Number(new URL(url).port), close };
}
