import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import type { CommandContext } from "../../../src/cli/context.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { fakePipes } from "../../support/fake-io.ts";

/** Runs a command line up to the moment when the application would be opened. */
async function outcomeOf(args: readonly string[], input = ""): Promise<string> {
  const context: CommandContext = {
    io: fakePipes(input).io,
    signal: new AbortController().signal,
    config() {
      throw new Error("reached the configuration");
    },
    withApplication: () => Promise.reject(new Error("reached the application")),
  };
  const { command } = createProgram(() => context);
  for (const one of [command, ...command.commands]) {
    one.configureOutput({ writeErr: () => {}, outputError: () => {} });
    for (const inner of one.commands) inner.configureOutput({ writeErr: () => {} });
  }
  try {
    await command.parseAsync([...args], { from: "user" });
    return "done";
  } catch (error) {
    if (error instanceof CommanderError) return "usage";
    if (isFrontdeskError(error)) return error.code;
    return error instanceof Error ? error.message : "?";
  }
}

const LONG = "x".repeat(513);

describe("the command line", () => {
  it.each([
    [["ingest", ""]],
    [["ingest", "docs", " "]],
    [["sources", "add", ""]],
    [["sources", "remove", ""]],
    [["sources", "sync", ""]],
    [["ask", ""]],
    [["ask", "  "]],
    [["ask", "-"]],
    [["search", ""]],
    [["search", "x", "--collection", " "]],
    [["search", "x", "--group", ""]],
    [["search", "x", "--group", "hr", "--group", ""]],
    [["ask", "x", "--group", ""]],
    [["ingest", "docs", "--collection", ""]],
    [["ingest", "docs", "--collection", "x".repeat(121)]],
    [["sources", "add", "docs", "--collection", ""]],
    [["chat", "--json", "--conversation", ""]],
    [["chat", "--json", "--conversation", LONG]],
    [["chat", "--json", "--user", ""]],
    [["chat", "--json", "--user", LONG.slice(8)]],
    [["ask", "x", "--conversation", LONG]],
    [["ask", "x", "--user", ""]],
    [["search", "x", "--user", LONG]],
    [["desk", "--agent", ""]],
    [["conversations", "show", ""]],
    [["conversations", "delete", LONG]],
    [["conversations", "export", ""]],
    [["people", "export", "U1"]],
    [["people", "export", "slackU1"]],
    [["people", "erase", "telegram:U1"]],
    [["people", "erase", "slack:"]],
  ])("refuses %j as a wrong use", async (args) => {
    expect(await outcomeOf(args)).toBe("usage");
  });

  it.each([
    [["ask", "x", "--conversation", LONG.slice(1), "--user", LONG.slice(9)], ""],
    [["ask", "-"], "How do I book a room?\n"],
    [["search", "x", "--user", "ann"], ""],
    [["conversations", "show", "console:ann"], ""],
    [["people", "erase", "slack:U1", "--yes"], ""],
  ])("takes %j", async (args, input) => {
    expect(await outcomeOf(args, input)).toBe("reached the application");
  });

  it.each([
    [["eval"]],
    [["eval", "--calibrate"]],
    [["eval", "perhaps"]],
    [["eval", "intent"]],
    [["test"]],
  ])("refuses %j as wrong usage", async (args) => {
    expect(await outcomeOf(args)).toBe("usage");
  });
});
