import { type Command, Option } from "commander";
import type { Application } from "../ports/application.ts";
import type { Feedback } from "../ports/feedback.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { integerArgument, jsonOption } from "./options.ts";

/** What is to be listed. */
interface Wanted {
  readonly value: Feedback["value"] | null;
  readonly limit: number;
  readonly json: boolean;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** Prints what people thought of answers, newest first. */
export async function listFeedback(
  app: Application,
  { json, ...query }: Wanted,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const all = await app.feedback(query, { signal });
  if (json) {
    writeLine(io.stdout, JSON.stringify(all));
    return 0;
  }
  if (all.length === 0) writeLine(io.stdout, "Nobody has pressed a thumb yet.");
  for (const one of all) {
    const { value, note = null, at, userId, question, asked, answer, citations, confidence } = one;
    const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
    const sure = confidence === null ? "" : `  confidence ${confidence.toFixed(2)}`;
    writeLine(io.stdout, `${value === "good" ? "👍" : "👎"} ${when}  ${userId}${sure}`);
    writeLine(io.stdout, `  asked:    ${oneLine(question ?? asked ?? "")}`);
    writeLine(io.stdout, `  answered: ${oneLine(answer).slice(0, 200)}`);
    if (note !== null) writeLine(io.stdout, `  wrong:    ${oneLine(note)}`);
    for (const { title, section, source } of citations) {
      writeLine(io.stdout, `  from:     ${[title, section, source].filter(Boolean).join(" · ")}`);
    }
  }
  return 0;
}

/** `feedback list`. */
export function addFeedbackCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("feedback")
    .description("what people thought of answers")
    .command("list", { isDefault: true })
    .description("thumbs with question, answer and sources, newest first")
    .addOption(new Option("--value <value>", "only these").choices(["good", "bad"]))
    .addOption(
      new Option("--limit <n>", "at most so many").default(50).argParser(integerArgument(1, 1_000)),
    )
    .addOption(jsonOption())
    .action(async (options: { value?: Feedback["value"]; limit: number; json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          listFeedback(app, { ...options, value: options.value ?? null }, context.io, signal),
        ),
      );
    });
}
