import { resolve } from "node:path";
import type { Command } from "commander";
import { readConversation } from "../application/index.ts";
import { conversationId } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import {
  type ConversationLine,
  exportConversations,
  rememberedLines,
} from "./conversation-records.ts";
import { type Io, writeLine } from "./io.ts";
import { followJob } from "./job-commands.ts";
import { idArgument, integerArgument, jsonOption } from "./options.ts";

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
  const found = await readConversation(app, conversationId(options.id), { signal });
  if (found === null) {
    writeLine(
      io.stderr,
      `There is no conversation ${options.id}; frontdesk conversations lists them.`,
    );
    return 1;
  }
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(found));
    return 0;
  }
  for (const message of found.messages) {
    writeSpoken(message, io);
    for (const [index, { label }] of (message.reply?.options ?? []).entries()) {
      writeLine(io.stdout, `    ${index + 1}) ${label}`);
    }
  }
  if (found.messages.length === 0) {
    for (const line of rememberedLines(found.snapshot)) writeSpoken(line, io);
  }
  return 0;
}

function writeSpoken({ at, author, name, text }: ConversationLine, io: Io): void {
  const time = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  writeLine(io.stdout, `${time}  ${author} ${name}: ${text}`);
}

async function remove(app: Application, id: string, io: Io, signal: AbortSignal): Promise<number> {
  const wasThere = await app.deleteConversation(conversationId(id), { signal });
  if (wasThere) writeLine(io.stdout, `Deleted ${id}.`);
  else writeLine(io.stderr, `There is no conversation ${id}; frontdesk conversations lists them.`);
  return wasThere ? 0 : 1;
}

/** What `conversations export` was asked for. */
interface ExportOptions {
  readonly id: string | null;
  readonly limit: number;
  readonly background: boolean;
  readonly file: string | null;
  readonly json: boolean;
}

/**
 * Has a file written as a job. A process that runs beside us goes on with it by itself; where we are the only one, nobody
 * would, so it is waited for.
 */
export async function exportInBackground(
  app: Application,
  { id, limit, file, json }: ExportOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const conversation = id === null ? null : conversationId(id);
  const path = file === null ? null : resolve(file);
  const job = await app.startJob({ type: "export", conversation, limit, file: path }, { signal });
  if (app.mode === "owner") {
    return followJob(app, job, { title: "Writing conversations", json }, io, signal);
  }
  const told = `Begun as job ${job.id}; \`frontdesk jobs\` shows how far it is and where the file lies.`;
  writeLine(io.stdout, json ? JSON.stringify(job) : told);
  return 0;
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
  group
    .command("show")
    .argument("<id>", "a conversation of the list", idArgument())
    .description("print what was said")
    .addOption(jsonOption())
    .action(async (id: string, options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          show(app, { id, json: options.json }, io, signal),
        ),
      );
    });
  group
    .command("export")
    .argument("[id]", "a conversation of the list", idArgument())
    .description("print a conversation, or all, with all data: one JSON object on each line")
    .option("--limit <n>", "how many at most", integerArgument(1, 100_000), 100_000)
    .option("--background", "write them to a file, as a job in the background", false)
    .option("--file <path>", "which file (default: in `exports` in the data directory)")
    .addOption(jsonOption())
    .action(async (name: string | undefined, given: Partial<ExportOptions>) => {
      const { limit = 100_000, background = false, file = null, json = false } = given;
      const options = { id: name ?? null, limit, background, file, json };
      const run = background || file !== null ? exportInBackground : exportConversations;
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          run(app, options, io, signal),
        ),
      );
    });
  group
    .command("delete")
    .argument("<id>", "a conversation of the list", idArgument())
    .description("delete a conversation: what was said and what is remembered of it")
    .action(async (id: string) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) => remove(app, id, io, signal)),
      );
    });
}
