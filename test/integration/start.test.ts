import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { runStart, type StartOptions } from "../../src/cli/start.ts";
import { loadConfig } from "../../src/config.ts";
import { FrontdeskError } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createMetrics } from "../../src/server/index.ts";
import { folderWithoutSamples } from "../support/cli.ts";
import { createFakeApplication } from "../support/fake-application.ts";

/** A terminal whose errors are read line by line. */
function terminal(): { readonly io: Io; said(pattern: RegExp): Promise<string> } {
  const stderr = new PassThrough();
  const io = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    isTTY: false,
    columns: () => 80,
    hasColour: false,
  };
  let text = "";
  const said = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      stderr.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const found = pattern.exec(text);
        if (found !== null) resolve(found[1] ?? "");
      });
    });
  return { io, said };
}

function optionsWith(begun: Promise<void>): StartOptions {
  const env = { FRONTDESK_HTTP_PORT: "0", FRONTDESK_DATA_DIR: folderWithoutSamples() };
  const config = loadConfig({ file: null, env, workingDirectory: folderWithoutSamples() });
  const metrics = createMetrics();
  const services = { knowledgeService: null, restService: null, tickets: null };
  const parts = { adapters: [], ...services, metrics, begun };
  return { config, role: "all", logger: silentLogger, ...parts };
}

test("serves while work has not begun, and ends in good order when it is told to", async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { io, said } = terminal();
  const ready = said(/is ready: (http:\S+)/u);
  const never = new Promise<void>(() => {});

  const started = runStart(createFakeApplication(), optionsWith(never), io, stop.signal);
  const { status } = await fetch(`${await ready}/healthz`);
  stop.abort();

  expect(status).toBe(200);
  expect(await started).toBe(0);
});

test("ends with the reason, and serves no more, when the stores turn out to be unfit", async () => {
  const unfit = new FrontdeskError("config_invalid", "Redis may throw conversations away.");
  const { io, said } = terminal();
  const ready = said(/is ready: (http:\S+)/u);
  let refuse = (_error: Error): void => {};
  const begun = new Promise<void>((_resolve, reject) => {
    refuse = reject;
  });

  const { signal } = new AbortController();
  const started = runStart(createFakeApplication(), optionsWith(begun), io, signal);
  const address = await ready;
  refuse(unfit);

  await expect(started).rejects.toBe(unfit);
  await expect(fetch(`${address}/healthz`)).rejects.toThrow();
});
