import { createHash } from "node:crypto";
import type { EngineRequest } from "./protocol.ts";

/** Names a request by what the model reads, so that the same text is known again in another call. */
export function fingerprint(request: EngineRequest): string {
  const content =
    request.kind === "embed"
      ? request.texts
      : request.kind === "rerank"
        ? [request.query, ...request.passages]
        : request.messages.map((message) => message.text);
  return createHash("sha256").update(JSON.stringify(content)).digest("base64");
}
