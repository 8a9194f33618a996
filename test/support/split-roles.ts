import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conversationId } from "../../src/core/index.ts";
import { packageVersion } from "../../src/package-root.ts";
import type { Application, SendRequest } from "../../src/ports/application.ts";
import type { LoggedMessage } from "../../src/ports/message-log.ts";
import { readOwner } from "../../src/runtime/index.ts";
import { createAttachedApplication } from "../../src/server/client.ts";
import { freshFolder, runCommand } from "./cli.ts";
import type { OpenAiStub } from "./openai-stub.ts";
import { eventually } from "./runtime-eventually.ts";

let filled: Promise<string> | null = null;

/** A data directory whose documents know the miller: read in once, and a copy for everybody. */
export async function directoryWithMiller(): Promise<string> {
  filled ??= fillDirectory();
  const dataDir = freshFolder();
  cpSync(await filled, dataDir, { recursive: true });
  return dataDir;
}

async function fillDirectory(): Promise<string> {
  const dataDir = freshFolder();
  const folder = join(freshFolder(), "documents");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "mill.md"),
    "# Mill\n\n## Miller\n\nThe miller of the old mill is called Odalys.\n",
  );
  const env = { FRONTDESK_EMBED_MODEL: "off" };
  const { code, stderr } = await runCommand(["ingest", folder], { dataDir, env });
  if (code !== 0) throw new Error(`ingest failed: ${stderr}`);
  return dataDir;
}

/** The application of the process that owns a data directory, over its socket. */
export function attachTo(dataDir: string): Application {
  const owner = readOwner(dataDir);
  if (owner === null) throw new Error(`nobody owns ${dataDir}`);
  return createAttachedApplication({
    socketPath: owner.socket,
    version: packageVersion,
    onLost: () => {},
  });
}

/** What Ana says in a conversation. */
export function saying(conversation: string, text: string): SendRequest {
  return {
    conversationId: conversationId(conversation),
    speaker: { platform: "console", userId: "ana", displayName: "Ana", groups: [] },
    text,
    history: [],
    gatherMs: 0,
  };
}

/** What was said in a conversation, as a process sees it. */
export function transcriptOf(
  app: Application,
  conversation: string,
): Promise<readonly LoggedMessage[]> {
  const query = { afterSeq: 0, limit: 100, isWhole: false };
  const { signal } = new AbortController();
  return app.transcript({ ...query, conversationId: conversationId(conversation) }, { signal });
}

/** Requests for an answer that a model server has had. */
export function questionsAt(stub: OpenAiStub): readonly string[] {
  return stub.requests.flatMap(({ path, body }) =>
    path.endsWith("/chat/completions") ? [JSON.stringify(body.messages ?? [])] : [],
  );
}

/** Waits until a model server has had so many. */
export async function untilAsked(stub: OpenAiStub, count: number): Promise<void> {
  await eventually(`${count} requests`, () => questionsAt(stub).length >= count, 30_000);
}
