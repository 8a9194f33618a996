import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { createKnowledge, knowledgeSettings, STARTER_FUSION } from "../../../knowledge/index.ts";
import { createDocumentReader, type MailboxAccount } from "../../../knowledge/ingest/index.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import type { DocumentOutcome } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { type ImapServer, startImap } from "../../support/imap-server.ts";
import { askingOf } from "../../support/knowledge-fixture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const LOGIN = { user: "support@acme.example", password: 's3cret"word\\' };
const { signal } = new AbortController();
const pem = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url)), "utf8");

function aMail(subject: string, body: string, more = ""): string {
  return `From: Ana <ana@acme.example>\nTo: help@acme.example\nSubject: ${subject}\nMIME-Version: 1.0\n${more}\n${body}\n`;
}

const WITH_FILE = aMail(
  "The new tariff",
  [
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "See the table.",
    "--b",
    'Content-Type: text/csv; name="tariff.csv"',
    'Content-Disposition: attachment; filename="tariff.csv"',
    "",
    "zone,price",
    "harbour,12 euros",
    "--b--",
  ].join("\n"),
  'Content-Type: multipart/mixed; boundary="b"\n',
);

async function openMailbox(
  account: Partial<MailboxAccount> = {},
  speaks: "plain" | "tls" | "startTls" = "plain",
) {
  const pair = { key: pem("localhost.key"), cert: pem("localhost.crt") };
  const server: ImapServer = await startImap({
    ...LOGIN,
    ...(speaks === "plain" ? {} : { [speaks]: pair }),
  });
  onTestFinished(() => server.close());
  const outgoing: string[] = [];
  const reader = createDocumentReader({
    mailboxes: {
      support: { host: "127.0.0.1", port: server.port, tls: "off", ...LOGIN, ...account },
    },
    onRequest: ({ origin }) => outgoing.push(origin),
  });
  onTestFinished(() => reader.close());
  const knowledge = await createKnowledge({
    dataDir: temporaryFolder(),
    reader,
    embedder: null,
    reranker: null,
    chroma: { mode: "off" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: systemClock,
  });
  onTestFinished(() => knowledge.close());
  const sync = async (root = "imap:support", maxPages?: number) => {
    const outcomes: DocumentOutcome[] = [];
    const settings = maxPages === undefined ? {} : { settings: { maxPages } };
    const request = { sources: [root], collection: "mail", visibility: "internal" } as const;
    for await (const event of knowledge.ingest({ ...request, ...settings }, { signal })) {
      if (event.type === "document") outcomes.push(event.outcome);
    }
    return outcomes;
  };
  return { server, knowledge, sync, outgoing, ...askingOf(knowledge) };
}

it("reads each mail once, with what is attached, and forgets those that are gone", async () => {
  const { server, sync, find } = await openMailbox();
  const uid = server.deliver(
    aMail("Printer on floor 2", "Hold the green button for five seconds."),
  );
  server.deliver(WITH_FILE);

  const first = await sync();
  const fetched = server.commands.filter((command) => command.includes("BODY.PEEK")).length;
  server.deliver(aMail("=?utf-8?B?5oql6ZSA5Y2V?=", "The form lies on floor three."));
  server.expunge(uid);
  const second = await sync();

  expect(first.map(({ status, source }) => [status, source])).toEqual([
    ["added", "imap:support/INBOX/7.1.eml"],
    ["added", "imap:support/INBOX/7.2.eml"],
  ]);
  expect(fetched).toBe(2);
  expect(second.map(({ status }) => status)).toEqual(["removed", "unchanged", "added"]);
  expect(server.commands.filter((command) => command.includes("BODY.PEEK"))).toHaveLength(3);
  expect(server.commands.some((command) => /^(?:SELECT|STORE|UID STORE)/u.test(command))).toBe(
    false,
  );
  expect(await find("green button")).toEqual([]);
  expect((await find("harbour price")).join()).toContain("12 euros");
  expect((await find("报销单")).join()).toContain("floor three");
});

it("reads all anew when the server has given its numbers away anew", async () => {
  const { server, sync } = await openMailbox();
  server.deliver(aMail("Opening hours", "We open at nine."));
  await sync();

  server.renumber();
  server.drop();
  const outcomes = await sync();

  expect(outcomes.map(({ status, source }) => [status, source])).toEqual([
    ["removed", "imap:support/INBOX/7.1.eml"],
    ["added", "imap:support/INBOX/8.1.eml"],
  ]);
});

it("says nowhere who reads it, where and with which password", async () => {
  const { server, knowledge, sync, outgoing, ask } = await openMailbox();
  server.deliver(aMail("Opening hours", "We open at nine."));

  await sync();

  const shown = JSON.stringify([await knowledge.sources(), await ask("opening hours"), outgoing]);
  expect(shown).toContain("imap:support");
  expect(shown).not.toContain("s3cret");
  expect(shown).not.toContain("support@acme");
  expect(outgoing).toEqual([`imap://127.0.0.1:${server.port}`]);
});

it("takes the newest mails when there are more than may be read, and says how many are left", async () => {
  const { server, sync } = await openMailbox();
  for (const day of ["one", "two", "three"]) server.deliver(aMail(`Day ${day}`, `It was ${day}.`));

  const outcomes = await sync("imap:support", 2);

  expect(outcomes.map(({ source }) => source)).toEqual([
    "imap:support/INBOX/7.2.eml",
    "imap:support/INBOX/7.3.eml",
    "imap:support",
  ]);
  expect(JSON.stringify(outcomes.at(-1))).toContain("1 more, older mails");
});

it.each([
  ["a wrong password", { password: "guessed" }, "imap:support", "source_unreadable", "refuses"],
  ["no password", { password: "" }, "imap:support", "source_unreadable", "FRONTDESK_IMAP_SUPPORT"],
  ["another folder", {}, "imap:support/Archive", "source_not_found", "no folder Archive"],
  ["another mailbox", {}, "imap:sales", "source_not_found", "names no mailbox sales"],
  ["a port where nobody is", { port: 1 }, "imap:support", "source_unreadable", "ECONNREFUSED"],
])("tells of %s, without a secret", async (_name, account, root, code, words) => {
  const { sync } = await openMailbox(account);

  const failure: unknown = await sync(root).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code });
  expect(String(failure)).toContain(words);
  expect(String(failure)).not.toMatch(/s3cret|guessed|support@acme/u);
});

it("speaks TLS, and believes only a certificate that somebody vouches for", async () => {
  const trusted = await openMailbox({ tls: "on", ca: pem("localhost.crt") }, "tls");
  const stranger = await openMailbox({ tls: "on" }, "tls");
  trusted.server.deliver(aMail("Opening hours", "We open at nine."));

  expect((await trusted.sync()).map(({ status }) => status)).toEqual(["added"]);
  await expect(stranger.sync()).rejects.toMatchObject({ code: "source_unreadable" });
  expect(stranger.server.commands).toEqual([]);
});

it("begins TLS before it says who it is where the server asks for that, and says nothing without", async () => {
  const account = { tls: "starttls", ca: pem("localhost.crt") } as const;
  const trusted = await openMailbox(account, "startTls");
  const stranger = await openMailbox({ tls: "starttls" }, "startTls");
  const stripped = await openMailbox(account, "plain");
  trusted.server.deliver(aMail("Opening hours", "We open at nine."));

  expect((await trusted.sync()).map(({ status }) => status)).toEqual(["added"]);
  const said = trusted.server.commands.map((command) => command.split(" ")[0]);
  expect(said.indexOf("STARTTLS")).toBeGreaterThan(-1);
  expect(said.indexOf("LOGIN")).toBeGreaterThan(said.indexOf("STARTTLS"));
  for (const { sync, server } of [stranger, stripped]) {
    await expect(sync()).rejects.toMatchObject({ code: "source_unreadable" });
    expect(server.commands).not.toContain("LOGIN");
  }
});
