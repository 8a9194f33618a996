import type { Command } from "commander";
import { conversationId } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { integerArgument, jsonOption } from "./options.ts";

const TRANSCRIPT_LIMIT = 1000;

async function list(
  app: Application,
  options: { readonly limit: number; readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const rows = await app.conversations({ limit: options.limit }, { signal });
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(rows));
    return 0;
  }
  if (rows.length === 0) writeLine(io.stdout, "No conversations.");
  for (const row of rows) {
    const at = new Date(row.updatedAt).toISOString().slice(0, 16).replace("T", " ");
    const unread = row.unread > 0 ? `  ${row.unread} waiting` : "";
    writeLine(io.stdout, `${at}  ${row.instance.id}${unread}`);
  }
  return 0;
}

async function show(
  app: Application,
  options: { readonly id: string; readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const id = conversationId(options.id);
  const messages = await app.transcript(
    { conversationId: id, afterSeq: 0, limit: TRANSCRIPT_LIMIT, isWhole: true },
    { signal },
  );
  const state = await app.readConversation(id, { signal });
  if (state === null && messages.length === 0) {
    writeLine(
      io.stderr,
      `There is no conversation ${options.id}; frontdesk conversations lists them.`,
    );
    return 1;
  }
  if (options.json) {
    const snapshot: unknown = state === null ? null : JSON.parse(state);
    writeLine(io.stdout, JSON.stringify({ id: options.id, messages, snapshot }));
    return 0;
  }
  for (const message of messages) {
    const at = new Date(message.at).toISOString().slice(0, 16).replace("T", " ");
    writeLine(io.stdout, `${at}  ${message.author} ${message.name}: ${message.text}`);
    for (const [index, { label }] of (message.reply?.options ?? []).entries()) {
      writeLine(io.stdout, `    ${index + 1}) ${label}`);
    }
  }
  return 0;
}

async function remove(app: Application, id: string, io: Io, signal: AbortSignal): Promise<number> {
  const wasThere = await app.deleteConversation(conversationId(id), { signal });
  if (wasThere) writeLine(io.stdout, `Deleted ${id}.`);
  else writeLine(io.stderr, `There is no conversation ${id}; frontdesk conversations lists them.`);
  return wasThere ? 0 : 1;
}

/** `conversations list|show|delete|export`. */
export function addConversationCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const { io } = context;
  const group = program.command("conversations").description("look at and delete conversations");
  group
    .command("list", { isDefault: true })
    .description("list conversations, newest first")
    .option("--limit <n>", "how many", integerArgument(1, 100_000), 50)
    .addOption(jsonOption())
    .action(async (options: { limit: number; json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          list(app, options, io, signal),
        ),
      );
    });
  for (const [name, forced] of [
    ["show", false],
    ["export", true],
  ] as const) {
    group
      .command(`${name} <id>`)
      .description(
        forced ? "print a conversation with all its data as JSON" : "print what was said",
      )
      .addOption(jsonOption())
      .action(async (id: string, options: { json: boolean }) => {
        const asked = { id, json: options.json || forced };
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            show(app, asked, io, signal),
          ),
        );
      });
  }
  group
    .command("delete <id>")
    .description("delete a conversation: what was said and what is remembered of it")
    .action(async (id: string) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) => remove(app, id, io, signal)),
      );
    });
}
