import { lookup } from "node:dns/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pc from "picocolors";
import { readModelChoice } from "../../models/index.ts";
import { discordSettings } from "../compose-discord.ts";
import { memoryPlan } from "../compose-memory.ts";
import { uncalibratedFor } from "../compose-settings.ts";
import { slackSettings } from "../compose-slack.ts";
import type { Config } from "../config.ts";
import {
  assertNever,
  errorMessage,
  type FrontdeskError,
  isFrontdeskError,
  timeLimit,
} from "../core/index.ts";
import { packageRoot } from "../package-root.ts";
import type { Application, ApplicationStatus } from "../ports/application.ts";
import { systemClock } from "../ports/clock.ts";
import { freeBytes, readOwner } from "../runtime/index.ts";
import { checkFiles } from "./doctor-files.ts";
import { checkFlows } from "./doctor-flows.ts";
import { checkGpu, gpuPlaces } from "./doctor-gpu.ts";
import { checkMemory } from "./doctor-memory.ts";
import { checkRedis } from "./doctor-redis.ts";
import type { Finding } from "./finding.ts";
import { type Io, writeLine } from "./io.ts";
import { checkLeftInFiles } from "./left-in-files.ts";

const GIB = 1024 ** 3;
const DISCORD_MS = 60_000;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isSupported = major > 20 || (major === 20 && minor >= 19);
  return {
    check: "Node.js",
    status: isSupported ? "ok" : "problem",
    detail: process.version,
    advice: isSupported ? "" : "Install Node.js 20.19 or newer.",
  };
}

function checkDisk(config: Config): Finding {
  const free = freeBytes(config.dataDir);
  if (free === null) {
    return {
      check: "Disk",
      status: "warning",
      detail: `${config.dataDir}: unknown`,
      advice: "The data directory does not exist yet; it is made at the first start.",
    };
  }
  const isTight = free < GIB;
  return {
    check: "Disk",
    status: isTight ? "warning" : "ok",
    detail: `${(free / GIB).toFixed(1)} GiB free at ${config.dataDir}`,
    advice: isTight ? "Free some space: below 1 GiB indexing may fail." : "",
  };
}

function checkModelFile(config: Config): readonly Finding[] {
  const { url, upstreams } = config.models;
  const chosen = readModelChoice({ directory: join(config.dataDir, "models") })?.chat ?? null;
  const chat = config.models.chat ?? chosen;
  const isRemote = url !== null || upstreams.length > 0;
  if (chat === null && !isRemote) {
    return [
      {
        check: "Chat model",
        status: "ok",
        detail: "none: answers are quoted from the documents",
        advice:
          "For written answers set FRONTDESK_MODEL (GGUF file) or FRONTDESK_MODEL_URL (server).",
      },
    ];
  }
  if (!isRemote && chat !== null && /[/\\]|\.gguf$/u.test(chat) && !existsSync(chat)) {
    return [
      {
        check: "Chat model",
        status: "problem",
        detail: `${chat} does not exist`,
        advice: "Check FRONTDESK_MODEL; until then answers are quoted from the documents.",
      },
    ];
  }
  return [];
}

/** Said as well by `--json` and the log: a threshold means little when nobody has fitted it. */
export function checkCalibration(config: Config): readonly Finding[] {
  const models = uncalibratedFor(config);
  if (models === null) return [];
  return [
    {
      check: "Confidence",
      status: "warning",
      detail: `uncalibrated for ${models}: judged by words alone`,
      advice:
        "Fit it on questions of yours: frontdesk eval --calibrate (--from-knowledge without).",
    },
  ];
}

async function checkPlatforms(config: Config): Promise<readonly Finding[]> {
  const settings = await slackSettings(config);
  if (settings === null && config.slack.appToken === null) return [];
  if (settings === null) {
    return [
      {
        check: "Slack bot token",
        status: "problem",
        detail: "SLACK_BOT_TOKEN is not set, SLACK_APP_TOKEN is",
        advice: "Copy the Bot User OAuth Token from “OAuth & Permissions”.",
      },
    ];
  }
  const { checkSlack } = await import("../../adapters/slack/index.ts");
  return checkSlack(settings, systemClock);
}

async function checkDiscordBot(config: Config): Promise<readonly Finding[]> {
  const settings = await discordSettings(config);
  if (settings === null) return [];
  const { checkDiscord } = await import("../../adapters/discord/index.ts");
  return checkDiscord(settings, { signal: timeLimit(DISCORD_MS) });
}

async function checkHost(name: string, url: string | null): Promise<readonly Finding[]> {
  if (url === null) return [];
  try {
    await lookup(new URL(url).hostname);
    return [];
  } catch (error) {
    return [
      {
        check: name,
        status: "problem",
        detail: errorMessage(error),
        advice: "The host name cannot be resolved; check the URL and DNS.",
      },
    ];
  }
}

/** What can be told without starting anything. */
export async function checkConfiguration(config: Config): Promise<readonly Finding[]> {
  const owner = readOwner(config.dataDir);
  return [
    checkNode(),
    {
      check: "Configuration",
      status: "ok",
      detail:
        owner === null ? "valid" : `valid; process ${owner.pid} is running on this data directory`,
      advice: "",
    },
    checkDisk(config),
    ...checkFiles(config.dataDir),
    ...(await checkFlows(config)),
    ...checkModelFile(config),
    checkMemory(memoryPlan(config), owner !== null),
    ...checkCalibration(config),
    checkGpu(config, gpuPlaces(packageRoot)),
    ...(await checkPlatforms(config)),
    ...(await checkDiscordBot(config)),
    ...(await checkRedis(config)),
    ...[checkLeftInFiles(config)].filter((finding) => finding !== null),
    ...(await checkHost("Chroma", config.chromaUrl)),
    ...(await checkHost("Model server", config.models.url)),
  ];
}

const SETTLE_PAUSE_MS = 200;
const SETTLE_TRIES = 150;

/** Models and Chroma take a moment; a judgement before that would be a guess. */
async function settledStatus(app: Application, signal: AbortSignal): Promise<ApplicationStatus> {
  let status = await app.status({ signal });
  for (let left = SETTLE_TRIES; left > 0; left -= 1) {
    if (status.components.every(({ state }) => state !== "starting")) break;
    await delay(SETTLE_PAUSE_MS, undefined, { signal });
    status = await app.status({ signal });
  }
  return status;
}

/** What the running parts say of themselves, once they have had time to load. */
export async function checkApplication(
  app: Application,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { components } = await settledStatus(app, signal);
  return components.map(({ name, state, detail }) => ({
    check: name,
    status: state === "ok" ? "ok" : state === "starting" ? "warning" : "problem",
    detail: state === "ok" ? detail || "works" : state,
    advice: state === "ok" ? "" : detail,
  }));
}

/** A configuration that cannot be used, as a finding. */
export function configurationFault(error: FrontdeskError): Finding {
  return {
    check: "Configuration",
    status: "problem",
    detail: error.code,
    advice: error.message,
  };
}

/** A start that failed, as a finding. */
export function startFailure(error: unknown): Finding {
  return {
    check: isFrontdeskError(error) ? error.code : "Start",
    status: "problem",
    detail: "does not start",
    advice: errorMessage(error),
  };
}

function mark(status: Finding["status"], hasColour: boolean): string {
  const colours = pc.createColors(hasColour);
  switch (status) {
    case "ok":
      return colours.green("✓");
    case "warning":
      return colours.yellow("!");
    case "problem":
      return colours.red("✗");
    default:
      return assertNever(status);
  }
}

/** Prints findings. Exit code 1 when there is a problem. */
export function reportFindings(
  findings: readonly Finding[],
  options: { readonly json: boolean },
  io: Io,
): number {
  const hasProblem = findings.some(({ status }) => status === "problem");
  if (options.json) {
    writeLine(io.stdout, JSON.stringify({ ok: !hasProblem, findings }));
    return hasProblem ? 1 : 0;
  }
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, status, detail, advice } of findings) {
    writeLine(io.stdout, `${mark(status, io.hasColour)} ${check.padEnd(width)}  ${detail}`);
    if (advice !== "") writeLine(io.stdout, `  ${" ".repeat(width)}  → ${advice}`);
  }
  return hasProblem ? 1 : 0;
}
