import { setTimeout as delay } from "node:timers/promises";
import { type Command, Option } from "commander";
import { FrontdeskError } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { SwapAct, SwapFigures, SwapStatus } from "../ports/model-swap.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { integerArgument, jsonOption } from "./options.ts";

const LOOK_EVERY_MS = 250;
const DEFAULT_SHARE = 10;

interface SwapFlags {
  readonly share?: number;
  readonly finish: boolean;
  readonly rollBack: boolean;
  readonly json: boolean;
}

/** What the words of the command mean; null: only to be shown. @throws FrontdeskError `usage` when they contradict */
export function swapActOf(model: string | undefined, flags: SwapFlags): SwapAct | null {
  const { share, finish, rollBack } = flags;
  const wanted = [model !== undefined, finish, rollBack].filter(Boolean).length;
  if (wanted > 1 || (share !== undefined && (finish || rollBack))) {
    const message =
      "Give one of: a model (with or without --share), --share, --finish, --roll-back.";
    throw new FrontdeskError("usage", message);
  }
  if (model !== undefined) return { type: "begin", model, sharePercent: share ?? DEFAULT_SHARE };
  if (finish) return { type: "finish" };
  if (rollBack) return { type: "roll-back" };
  return share === undefined ? null : { type: "share", sharePercent: share };
}

/** Does it, waits until a model that was begun is loaded, and shows how it is. Exit code 1 when it was rolled back. */
export async function swapModel(
  app: Application,
  act: SwapAct | null,
  options: { readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  if (app.mode === "owner") {
    throw new FrontdeskError(
      "not_running",
      "No Frontdesk is running on this data directory. Set FRONTDESK_MODEL and start it.",
    );
  }
  let status = await app.swapModel(act, { signal });
  if (act?.type === "begin" && !options.json) {
    writeLine(io.stderr, `${act.model} is being loaded beside ${status.current.model} …`);
  }
  while (act?.type === "begin" && status.candidate?.phase === "loading") {
    await delay(LOOK_EVERY_MS, undefined, { signal });
    status = await app.swapModel(null, { signal });
  }
  writeLine(io.stdout, options.json ? JSON.stringify(status) : textOf(status));
  return act?.type === "begin" && status.candidate === null ? 1 : 0;
}

function textOf({ current, candidate, last }: SwapStatus): string {
  const lines = [`${current.model} answers (${figuresOf(current.figures)}).`];
  if (candidate?.phase === "loading") lines.push(`${candidate.model} is being loaded.`);
  if (candidate?.phase === "sharing") {
    lines.push(
      `${candidate.model} answers ${candidate.sharePercent} % of new conversations (${figuresOf(candidate.figures)}).`,
      "Go on with: frontdesk models swap --share N | --finish | --roll-back",
    );
  }
  if (last?.outcome === "rolled-back") {
    const why = last.reason === null ? "" : `: ${last.reason}`;
    lines.push(`${last.model} was rolled back${why}`);
  }
  if (last?.outcome === "finished") lines.push(`${last.model} has taken over.`);
  return lines.join("\n");
}

function figuresOf({ answers, failures, firstTokenMs, msPerToken }: SwapFigures): string {
  const known = [
    `${answers} answers`,
    `${failures} failures`,
    firstTokenMs === null ? null : `first word after ${Math.round(firstTokenMs)} ms`,
    msPerToken === null ? null : `${(1_000 / msPerToken).toFixed(1)} tokens/s`,
  ];
  return known.filter((figure) => figure !== null).join(", ");
}

/** `models swap`. */
export function addSwapCommand(
  models: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  models
    .command("swap [model]")
    .description(
      "replace the chat model of a running Frontdesk without a break, or show how far that is",
    )
    .addOption(
      new Option("--share <percent>", "share of the new conversations for the new model").argParser(
        integerArgument(0, 100),
      ),
    )
    .option(
      "--finish",
      "the new model takes over, the old one ends when its answers are done",
      false,
    )
    .option("--roll-back", "the new model goes again", false)
    .addOption(jsonOption())
    .action(async (model: string | undefined, flags: SwapFlags) => {
      const act = swapActOf(model, flags);
      const { chat } = context.config().models;
      finish(
        await context.withApplication(attachable, async (app, { signal }) => {
          const code = await swapModel(app, act, flags, context.io, signal);
          if (act?.type === "finish" && chat !== null && !flags.json) {
            const message = `After a restart FRONTDESK_MODEL (models.chat) counts again, which is ${chat}.`;
            writeLine(context.io.stdout, message);
          }
          return code;
        }),
      );
    });
}
