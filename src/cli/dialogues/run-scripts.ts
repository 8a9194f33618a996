import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeRehearsal, type Rehearsal } from "../../compose-rehearsal.ts";
import { type Config, configSchema } from "../../config-schema.ts";
import { FrontdeskError } from "../../core/index.ts";
import { packageRoot } from "../../package-root.ts";
import { silentLogger } from "../../ports/logger.ts";
import { type Played, playDialogue } from "./player.ts";
import type { Script } from "./script.ts";
import { scriptedCaller } from "./scripted-caller.ts";

/** How the conversations of one file went. */
export interface PlayedScript {
  readonly script: string;
  readonly file: string;
  readonly played: readonly Played[];
}

const SAMPLES = [join(packageRoot, "samples", "handbook"), join(packageRoot, "docs")];

/** What a rehearsal runs with: the team's settings, no platform, no chat model, files that are thrown away. */
function configOf(config: Config, script: Script, dataDir: string): Config {
  const parsed = configSchema.safeParse({
    ...config,
    dataDir,
    redisUrl: null,
    chromaUrl: null,
    desk: "console",
    slack: {},
    discord: {},
    models: { ...config.models, chat: null, small: null, url: null, upstreams: [] },
    knowledge: { ...config.knowledge, url: null },
    dialogue: { ...config.dialogue, ...script.settings },
    flows: {
      ...config.flows,
      folder: script.flows ?? config.flows.folder,
      secrets: { ...config.flows.secrets, ...script.secrets },
    },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FrontdeskError(
    "usage",
    `${script.file}: settings.${issue?.path.slice(1).join(".") ?? ""}: ${issue?.message ?? "cannot be used"}`,
  );
}

async function learn(
  { knowledge }: Rehearsal,
  sources: readonly string[],
  call: { readonly signal: AbortSignal },
): Promise<void> {
  const request = { sources, collection: "default", visibility: "public" } as const;
  for await (const event of knowledge.ingest(request, call)) {
    if (event.type !== "warning") continue;
    throw new FrontdeskError("usage", `The knowledge of the test: ${event.message}`);
  }
}

/** Plays the conversations of scripts that share their knowledge, settings and flows. */
async function playGroup(
  config: Config,
  scripts: readonly Script[],
  call: { readonly signal: AbortSignal },
): Promise<readonly PlayedScript[]> {
  const [first] = scripts;
  if (first === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-test-"));
  try {
    const rehearsal = await composeRehearsal({
      config: configOf(config, first, folder),
      logger: silentLogger,
      caller: scriptedCaller(first.calls),
    });
    try {
      await rehearsal.warm();
      await learn(rehearsal, first.knowledge ?? SAMPLES, call);
      const results: PlayedScript[] = [];
      for (const { name, file, dialogues } of scripts) {
        const played: Played[] = [];
        for (const dialogue of dialogues) {
          played.push(await playDialogue(rehearsal, dialogue, call));
        }
        results.push({ script: name, file, played });
      }
      return results;
    } finally {
      await rehearsal.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Plays all scripts; those with the same knowledge and settings over one application. */
export async function playScripts(
  config: Config,
  scripts: readonly Script[],
  call: { readonly signal: AbortSignal },
): Promise<readonly PlayedScript[]> {
  const keyOf = ({ knowledge, settings, flows, secrets, calls }: Script): string =>
    JSON.stringify([knowledge, settings, flows, secrets, calls]);
  const results: PlayedScript[] = [];
  for (const key of new Set(scripts.map(keyOf))) {
    const group = scripts.filter((script) => keyOf(script) === key);
    results.push(...(await playGroup(config, group, call)));
  }
  return results;
}
