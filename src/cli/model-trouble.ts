import type { Application, Call } from "../ports/application.ts";
import { type Io, writeLine } from "./io.ts";

/** Says once on stderr why the configured chat model wrote nothing, and what to do; the result itself stays as it is. */
export async function reportModelTrouble(
  app: Pick<Application, "status">,
  io: Io,
  call: Call,
): Promise<void> {
  const { chatModel } = await app.status(call);
  if (chatModel?.state !== "unavailable") return;
  const reason = chatModel.reason ?? `The model "${chatModel.model}" cannot be used.`;
  writeLine(io.stderr, `Chat model: ${reason} Meanwhile answers are quoted from the documents.`);
}
