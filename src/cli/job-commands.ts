import { setTimeout as delay } from "node:timers/promises";
import { type Command, Option } from "commander";
import { z } from "zod";
import type { Application } from "../ports/application.ts";
import { JOB_STATES, type JobRecord, type JobState } from "../ports/jobs.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { integerArgument, jsonOption } from "./options.ts";
import { createProgressBar } from "./progress-bar.ts";

const FOLLOW_EVERY_MS = 250;

const exported = z.object({
  file: z.string(),
  machine: z.string(),
  conversations: z.number(),
});

/** Where the file of a done export lies; null for other jobs. */
function fileOf({ kind, result }: JobRecord): string | null {
  const parsed = kind === "conversations.export" ? exported.safeParse(result) : null;
  if (parsed?.success !== true) return null;
  const { file, machine, conversations } = parsed.data;
  const what = conversations === 1 ? "1 conversation" : `${conversations} conversations`;
  return `${what} in ${file} on ${machine}`;
}

function progressOf({ progress }: JobRecord): string {
  if (progress === null) return "";
  const of = progress.of === null ? "" : `/${progress.of}`;
  return `  ${progress.note} ${progress.done}${of}`;
}

/** Prints jobs, the newest first. */
export async function listJobs(
  app: Application,
  options: {
    readonly states: readonly JobState[];
    readonly limit: number;
    readonly json: boolean;
  },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const jobs = await app.jobs({ states: options.states, limit: options.limit }, { signal });
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(jobs));
    return 0;
  }
  if (jobs.length === 0) writeLine(io.stdout, "No jobs.");
  for (const job of jobs) {
    const at = new Date(job.createdAt).toISOString().slice(0, 16).replace("T", " ");
    const attempts = `attempt ${job.attempts} of ${job.maxAttempts}`;
    writeLine(io.stdout, `${at}  ${job.state.padEnd(7)}  ${attempts}${progressOf(job)}`);
    writeLine(io.stdout, `  ${job.id}`);
    const told = job.reason ?? fileOf(job);
    if (told !== null) writeLine(io.stdout, `  ${told}`);
  }
  return 0;
}

/** Tries a failed job again, or forgets one. Exit code 1 when there is none of that id. */
export async function resolveJob(
  app: Application,
  act: "retry" | "drop",
  id: string,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  if (await app.resolveJob(id, act, { signal })) {
    writeLine(io.stdout, act === "retry" ? `${id} is tried again.` : `${id} is dropped.`);
    return 0;
  }
  const what = act === "retry" ? "failed job" : "job";
  writeLine(io.stderr, `There is no ${what} ${id}; frontdesk jobs lists them.`);
  return 1;
}

/** Waits for a job, showing how far it is. Exit code 1 when it failed. */
export async function followJob(
  app: Application,
  started: JobRecord,
  options: { readonly title: string; readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const view = createProgressBar(io, options.title);
  let job: JobRecord | null = started;
  try {
    while (job?.state === "waiting" || job?.state === "running") {
      const { progress } = job;
      if (progress?.of != null) {
        view.advance(progress.done, progress.of, progressOf(job).trim());
      }
      await delay(FOLLOW_EVERY_MS, undefined, { signal });
      job = await app.readJob(started.id, { signal });
    }
  } finally {
    view.end();
  }
  if (options.json) writeLine(io.stdout, JSON.stringify(job));
  if (job?.state === "done") {
    if (!options.json) writeLine(io.stdout, `${options.title}: ${fileOf(job) ?? "done"}.`);
    return 0;
  }
  writeLine(io.stderr, `${options.title}: ${job?.reason ?? "the job was dropped"}`);
  return 1;
}

/** `jobs list|retry|drop` and `rebuild`. */
export function addJobCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const { io } = context;
  const group = program.command("jobs").description("work that is done in the background");
  group
    .command("list", { isDefault: true })
    .description("list jobs, newest first, with their ids and why they failed")
    .addOption(new Option("--state <state>", "only these").choices([...JOB_STATES]))
    .option("--limit <n>", "how many", integerArgument(1, 10_000), 50)
    .addOption(jsonOption())
    .action(async (options: { state?: JobState; limit: number; json: boolean }) => {
      const states = options.state === undefined ? JOB_STATES : [options.state];
      const { limit, json } = options;
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          listJobs(app, { states, limit, json }, io, signal),
        ),
      );
    });
  for (const [act, description] of [
    ["retry", "give a failed job all its attempts again"],
    ["drop", "forget a job, and stop it when it runs"],
  ] as const) {
    group
      .command(`${act} <id>`)
      .description(description)
      .action(async (id: string) => {
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            resolveJob(app, act, id, io, signal),
          ),
        );
      });
  }
  program
    .command("rebuild")
    .description("compute the vectors of all documents anew, as a job in the background")
    .option("--detach", "do not wait for it", false)
    .addOption(jsonOption())
    .action(async (options: { detach: boolean; json: boolean }) => {
      finish(
        await context.withApplication(attachable, async (app, { signal }) => {
          const job = await app.startJob({ type: "rebuild" }, { signal });
          if (!options.detach) {
            const title = "Computing vectors anew";
            return followJob(app, job, { title, json: options.json }, io, signal);
          }
          writeLine(io.stdout, options.json ? JSON.stringify(job) : `Begun as job ${job.id}.`);
          return 0;
        }),
      );
    });
}
