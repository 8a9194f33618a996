import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type CommandResult,
  folderWithoutSamples,
  freshFolder,
  installationWithout,
  jsonOf,
  runCommand,
  startCommand,
} from "../support/cli.ts";
import { eventually } from "../support/runtime-eventually.ts";

/** What any failure must look like: the code, one plain message, no stack trace. */
function expectPlain(result: CommandResult, code: number, message: RegExp): void {
  expect(result.code, result.stderr).toBe(code);
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/\n\s+at .+:\d+:\d+/u);
}

/** The process that parses documents for a command, as soon as there is one. */
async function parserOf(pid: number | undefined): Promise<number> {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  return await eventually("a parser", () => {
    const children = readFileSync(tasks, "utf8").trim().split(" ").filter(Boolean);
    const parser = children.find((child) =>
      readFileSync(`/proc/${child}/cmdline`, "utf8").includes("parse-child"),
    );
    return parser === undefined ? undefined : Number(parser);
  });
}

describe("usage", () => {
  it("explains an unknown command, an unknown option and a missing argument with exit code 2", async () => {
    const call = { dataDir: freshFolder() };

    expectPlain(await runCommand(["frobnicate"], call), 2, /unknown command/u);
    expectPlain(await runCommand(["search", "x", "--nope"], call), 2, /unknown option/u);
    expectPlain(await runCommand(["ingest"], call), 2, /missing required argument/u);
    expectPlain(await runCommand(["ask"], call), 2, /question or --batch/u);
    expectPlain(await runCommand(["search", "x", "--top", "many"], call), 2, /whole number/u);
    expectPlain(await runCommand(["ingest", ".", "--visibility", "me"], call), 2, /group:NAME/u);
  });

  it("shows help for every command", async () => {
    const call = { dataDir: freshFolder() };
    const commands = ["chat", "ask", "desk", "ingest", "search", "sources", "start", "doctor"];

    for (const command of [...commands, "models", "conversations", "eval", "slack", "discord"]) {
      const { code, stdout } = await runCommand([command, "--help"], call);
      expect(code, command).toBe(0);
      expect(stdout, command).toContain("Usage:");
    }
  });

  it("names every problem of the configuration with exit code 2", async () => {
    const dataDir = freshFolder();
    writeFileSync(join(dataDir, "frontdesk.yaml"), "dialogue:\n  answerAt: high\nnope: 1\n");

    const result = await runCommand(["doctor"], { dataDir });

    expectPlain(result, 2, /answerAt[\s\S]*nope/u);
  });

  it("gives JSON from doctor for a broken configuration, with exit code 2", async () => {
    const dataDir = freshFolder();
    writeFileSync(join(dataDir, "frontdesk.yaml"), "dialogue:\n  answerAt: high\n");

    const { code, stdout } = await runCommand(["doctor", "--json"], { dataDir });

    expect(code).toBe(2);
    expect(jsonOf(stdout)).toMatchObject({
      ok: false,
      findings: [{ check: "Configuration", status: "problem", detail: "config_invalid" }],
    });
    expect(stdout).toContain("answerAt");
  });
});

describe("sources that cannot be read", () => {
  // Nothing here asks for vectors.
  const fresh = () => ({ dataDir: freshFolder(), env: { FRONTDESK_EMBED_MODEL: "off" } });

  it("says that a path does not exist", async () => {
    const result = await runCommand(["ingest", "no/such/place"], fresh());

    expectPlain(result, 1, /no\/such\/place/u);
  });

  it("says that a folder holds nothing to read", async () => {
    const result = await runCommand(["ingest", freshFolder()], fresh());

    expectPlain(result, 1, /hold.* no|no .*document|empty/iu);
  });

  it("reports bad files by name and reason, and reads the others", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "good.md"), "# Good\n\nThe good file is read.\n");
    writeFileSync(join(folder, "broken.pdf"), "%PDF-1.7\nthis is not a pdf");
    writeFileSync(
      join(folder, "binary.md"),
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]),
    );
    writeFileSync(
      join(folder, "latin.txt"),
      Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0x6f, 0x6b]),
    );

    const { stdout, stderr, code } = await runCommand(["ingest", folder, "--json"], fresh());

    const summary = jsonOf(stdout);
    expect(code).toBe(1);
    expect(summary).toMatchObject({ added: 2, failed: 1, skipped: 1 });
    expect(stderr).toMatch(/broken\.pdf — .+/u);
    expect(stderr).toMatch(/binary\.md — .+/u);
    expect(stderr).toMatch(/note: .*latin\.txt — is not UTF-8/u);
    expect(stdout).toMatch(/"warning":"is not UTF-8/u);
  });

  it("are read by the next run when one was ended by kill -9 while a document was parsed, and no parser stays behind", async () => {
    const folder = freshFolder();
    const call = { ...fresh(), dataDir: folderWithoutSamples() };
    writeFileSync(join(folder, "first.md"), "# First\n\nThe first is known.\n");
    await runCommand(["ingest", folder], call);
    writeFileSync(join(folder, "second.md"), "# Second\n\nThe second is on its way.\n");

    const killed = startCommand(["ingest", folder], call);
    const parser = await parserOf(killed.child.pid);
    process.kill(parser, "SIGSTOP");
    killed.child.kill("SIGKILL");
    await killed.result;
    process.kill(parser, "SIGCONT");
    const next = await runCommand(["ingest", folder, "--json"], call);
    const found = await runCommand(["search", "on its way", "--json"], call);

    expect(jsonOf(next.stdout)).toMatchObject({ added: 1, unchanged: 1, failed: 0 });
    expect(found.stdout).toContain("The second is on its way.");
    await expect.poll(() => existsSync(`/proc/${parser}`)).toBe(false);
  });

  it("takes a directory with 10,000 files", async () => {
    const folder = freshFolder();
    for (let index = 0; index < 10_000; index += 1) {
      writeFileSync(
        join(folder, `n${index}.md`),
        `# Note ${index}\n\nThe code of note ${index} is K${index}.\n`,
      );
    }

    const { stdout, code } = await runCommand(["ingest", folder, "--json"], fresh());

    expect(code).toBe(0);
    expect(jsonOf(stdout)).toMatchObject({ added: 10_000, failed: 0 });
  });
});

describe("messages", () => {
  it("refuses an empty one and one of a megabyte, saying why", async () => {
    const call = { dataDir: folderWithoutSamples(), env: { FRONTDESK_EMBED_MODEL: "off" } };
    const big = JSON.stringify({ id: "big", text: "all work and no play ".repeat(50_000) });

    expectPlain(await runCommand(["ask", "   "], call), 2, /empty/u);
    const { stdout } = await runCommand(["ask", "--batch", "-", "--json"], { ...call, input: big });

    expect(jsonOf(stdout)).toMatchObject({ id: "big", error: { code: "message_too_long" } });
  });
});

describe("the machine", () => {
  it("says that a port is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    const result = await runCommand(["start"], {
      dataDir: folderWithoutSamples(),
      env: { FRONTDESK_HTTP_PORT: String(port), FRONTDESK_EMBED_MODEL: "off" },
    });

    expectPlain(result, 1, new RegExp(`Port ${port} .* is in use.*FRONTDESK_HTTP_PORT`, "u"));
    await new Promise((resolve) => server.close(resolve));
  });

  it("says that the data directory cannot be used", async () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");

    const result = await runCommand(["ask", "hello"], { dataDir: join(file, "data"), cwd: "/" });

    expectPlain(result, 1, /data directory .* cannot be used.*FRONTDESK_DATA_DIR/u);
  });

  it("says that a database is corrupt, and leaves it as it is", async () => {
    for (const name of ["conversations.db", "knowledge.db", "messages.db", "desk.db"]) {
      const dataDir = freshFolder();
      const call = { dataDir, env: { FRONTDESK_EMBED_MODEL: "off" } };
      writeFileSync(
        join(dataDir, name),
        "this is no database, but it is long enough to look at".repeat(90),
      );

      const result = await runCommand(["ask", "hello"], call);

      expectPlain(result, 1, new RegExp(name.replace(".", "\\."), "u"));
      const doctor = await runCommand(["doctor", "--json"], call);
      expect(doctor.code).toBe(1);
      expect(doctor.stdout).toContain(`(${name})","status":"problem","detail":"database_corrupt"`);
    }
  });

  it("goes on without vectors when the Chroma bindings are missing, and doctor tells", async () => {
    const dataDir = freshFolder();
    const folder = freshFolder();
    writeFileSync(
      join(folder, "a.md"),
      "# Lighthouse\n\nThe lighthouse keeper is called Ingrid.\n",
    );
    const entry = installationWithout((name) => name.startsWith("chromadb-js-bindings"));
    const call = { dataDir, entry };
    await runCommand(["ingest", folder], call);

    const answer = await runCommand(["ask", "What is the lighthouse keeper called?"], call);
    const doctor = await runCommand(["doctor"], call);

    expect(answer.stdout).toContain("Ingrid");
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ Vectors[\s\S]*chromadb-js-bindings[\s\S]*by words only/u);
  });

  it("tells by doctor that Chroma was out of step with the database, and rebuild makes all vectors anew", async () => {
    const call = { dataDir: folderWithoutSamples() };
    const folder = freshFolder();
    writeFileSync(join(folder, "a.md"), "# Lighthouse\n\nThe keeper is called Ingrid.\n");
    await runCommand(["ingest", folder], call);
    const before = await runCommand(["doctor"], call);
    // Somebody has put back an older copy of one of the two.
    rmSync(join(call.dataDir, "chroma"), { recursive: true });

    const seen = await runCommand(["doctor"], call);
    const rebuilt = await runCommand(["rebuild"], call);
    const after = await runCommand(["doctor"], call);

    expect(before.stdout).toContain("1 embedded\n");
    expect(seen.stdout).toContain("1 embedded; Chroma held other passages than knowledge.db");
    expect(rebuilt.code).toBe(0);
    expect(after.code).toBe(0);
    expect(after.stdout).toContain("1 embedded");
    expect(after.stdout).not.toContain("other passages");
  });

  it("answers from the documents when the model file is no GGUF, and doctor tells", async () => {
    const dataDir = freshFolder();
    const folder = freshFolder();
    const model = join(folder, "model.gguf");
    writeFileSync(model, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    mkdirSync(join(folder, "docs"));
    writeFileSync(
      join(folder, "docs", "a.md"),
      "# Lighthouse\n\nThe lighthouse keeper is called Ingrid.\n",
    );
    const call = { dataDir, env: { FRONTDESK_MODEL: model, FRONTDESK_EMBED_MODEL: "off" } };
    await runCommand(["ingest", join(folder, "docs")], call);

    const answer = await runCommand(["ask", "What is the lighthouse keeper called?"], call);
    const doctor = await runCommand(["doctor"], call);

    expect(answer.stdout).toContain("Ingrid");
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/Git LFS pointer/u);
  });
});
