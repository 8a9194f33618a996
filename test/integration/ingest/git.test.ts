import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  createKnowledge,
  type Knowledge,
  knowledgeSettings,
  STARTER_FUSION,
} from "../../../knowledge/index.ts";
import { git as runGit } from "../../../knowledge/ingest/git/git-command.ts";
import { createDocumentReader } from "../../../knowledge/ingest/index.ts";
import type { DocumentOutcome } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { askingOf } from "../../support/knowledge-fixture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const signal = new AbortController().signal;

/** A checkout that a test writes into. */
function checkout() {
  const folder = temporaryFolder();
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", ...words], {
      cwd: folder,
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" },
    }).toString();
  try {
    git("init", "--quiet");
  } catch (cause) {
    throw new Error("These tests need the program git: apt install git", { cause });
  }
  return {
    folder,
    git,
    put(name: string, text: string): void {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    commit(): string {
      git("add", "--all");
      git("commit", "--quiet", "--message", "change");
      return git("rev-parse", "HEAD").trim();
    },
  };
}

async function open(): Promise<Knowledge> {
  const reader = createDocumentReader();
  const knowledge = await createKnowledge({
    ...{ dataDir: temporaryFolder(), reader, embedder: null, reranker: null },
    ...{ chroma: { mode: "off" }, settings: knowledgeSettings(STARTER_FUSION) },
    ...{ logger: silentLogger, clock: createFakeClock() },
  });
  onTestFinished(async () => {
    await knowledge.close();
    await reader.close();
  });
  return knowledge;
}

/** Ingests and gives the outcome of each document by its name. */
async function ingest(
  knowledge: Knowledge,
  root: string,
  settings: { readonly git?: boolean } = { git: true },
): Promise<Readonly<Record<string, DocumentOutcome["status"]>>> {
  const request = { sources: [root], collection: "wiki", visibility: "public", settings } as const;
  const statuses: Record<string, DocumentOutcome["status"]> = {};
  for await (const event of knowledge.ingest(request, { signal })) {
    if (event.type !== "document") continue;
    statuses[event.outcome.source.slice(root.length + 1)] = event.outcome.status;
  }
  return statuses;
}

it("reads what is committed and nothing else, and cites the commit", async () => {
  const { folder, put, commit } = checkout();
  put("leave.md", "Thirty days of leave a year.");
  put("docs/vpn.md", "Reset the VPN password in the portal.");
  put("drafts/plan.md", "The plan is secret.");
  put(".frontdeskignore", "drafts/\n");
  put(".github/readme.md", "Hidden robots.");
  symlinkSync("/etc/hostname", join(folder, "host.md"));
  const head = commit();
  put("leave.md", "Forty days of leave, not committed.");
  put("new.md", "Not tracked at all.");
  const knowledge = await open();

  const statuses = await ingest(knowledge, folder);
  const { passages } = await askingOf(knowledge).ask("days of leave");

  expect(statuses).toEqual({ "leave.md": "added", "docs/vpn.md": "added", "host.md": "skipped" });
  expect(passages.map(({ text }) => text)).toEqual(["Thirty days of leave a year."]);
  expect(passages[0]?.source).toBe(`${join(folder, "leave.md")}@${head.slice(0, 12)}`);
});

it("reads again only what changed between two commits, and cites the newer one", async () => {
  const { folder, put, git, commit } = checkout();
  put("a.md", "Thirty days of leave.");
  put("b.md", "Trains are booked early.");
  put("c.md", "Badges are blue.");
  commit();
  const knowledge = await open();
  await ingest(knowledge, folder);
  put("b.md", "Trains are booked late.");
  git("rm", "--quiet", "c.md");
  const head = commit();

  const second = await ingest(knowledge, folder);
  const { passages } = await askingOf(knowledge).ask("leave");

  expect(second).toEqual({ "a.md": "unchanged", "b.md": "updated", "c.md": "removed" });
  expect(passages[0]?.source).toContain(`@${head.slice(0, 12)}`);
});

it("cites no commit any more once the folder is read as it lies there", async () => {
  const { folder, put, commit } = checkout();
  put("a.md", "Thirty days of leave.");
  commit();
  const knowledge = await open();
  await ingest(knowledge, folder);

  await ingest(knowledge, folder, { git: false });

  const { passages } = await askingOf(knowledge).ask("leave");
  expect(passages.map(({ source }) => source)).toEqual([join(folder, "a.md")]);
});

it("runs nothing that the repository brings along", async () => {
  const { folder, put, git, commit } = checkout();
  const trace = join(temporaryFolder(), "ran");
  const script = join(folder, "evil.sh");
  put("a.md", "Thirty days of leave.");
  put(".gitattributes", "*.md filter=evil diff=evil\n");
  put("evil.sh", `#!/bin/sh\ntouch ${trace}\ncat\n`);
  chmodSync(script, 0o755);
  commit();
  for (const key of [
    "filter.evil.smudge",
    "filter.evil.clean",
    "diff.evil.textconv",
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
  ]) {
    git("config", key, script);
  }
  const hooks = join(folder, ".git", "hooks");
  mkdirSync(hooks, { recursive: true });
  for (const hook of ["post-checkout", "post-index-change", "reference-transaction"]) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
  }
  const knowledge = await open();

  expect(await ingest(knowledge, folder)).toMatchObject({ "a.md": "added" });
  expect(existsSync(trace)).toBe(false);
});

it("fetches nothing for a clone that lacks files", async () => {
  const { folder, put, git, commit } = checkout();
  put("a.md", "Thirty days of leave.");
  commit();
  const blob = git("rev-parse", "HEAD:a.md").trim();
  git("config", "remote.origin.url", "http://127.0.0.1:9/none.git");
  git("config", "remote.origin.promisor", "true");
  git("config", "extensions.partialClone", "origin");
  renameSync(
    join(folder, ".git", "objects", blob.slice(0, 2), blob.slice(2)),
    join(folder, "taken-away"),
  );

  const reading = runGit(folder, ["cat-file", "blob", blob], { maxBytes: 1_000, signal });
  await expect(reading).rejects.toMatchObject({ code: "source_unreadable" });
  await expect(reading).rejects.toThrow(/not allowed|lazy|missing/u);
});

it("says how to get Git where there is none", async () => {
  const { folder } = checkout();

  const options = { maxBytes: 1_000, places: "/nowhere", signal };
  const reading = runGit(folder, ["rev-parse", "HEAD"], options);
  await expect(reading).rejects.toMatchObject({ code: "unsupported" });
  await expect(reading).rejects.toThrow("apt install git");
});

it("says what is wrong with a folder that is no checkout, and with one without a commit", async () => {
  const knowledge = await open();
  const { folder } = checkout();

  const reading = ingest(knowledge, temporaryFolder());
  await expect(reading).rejects.toMatchObject({ code: "source_unreadable" });
  await expect(reading).rejects.toThrow("not a git repository");
  await expect(ingest(knowledge, folder)).rejects.toMatchObject({ code: "source_unreadable" });
  await expect(ingest(knowledge, join(folder, "none"))).rejects.toMatchObject({
    code: "source_not_found",
  });
});
