import { describe, expect, it } from "vitest";
import { createMemoryChannel } from "../../../adapters/memory/index.ts";
import { createFileCarrier } from "../../../src/application/index.ts";
import {
  caseId,
  effectKey,
  type FileCarriage,
  FrontdeskError,
  MAX_CARRIED_BYTES,
} from "../../../src/core/index.ts";
import type { Channel } from "../../../src/ports/channel.ts";
import type { CarriedFile, FileSource } from "../../../src/ports/file-place.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { anAddress } from "../../support/flows-builders.ts";
import { aReply } from "../../support/reply-builder.ts";
import { testMemory } from "../../support/slack/adapter.ts";

const ID = caseId("C-1");
const FILE = {
  platform: "slack",
  name: "plan.pdf",
  mediaType: null,
  sizeBytes: 4,
  url: "u",
} as const;
const HALF_AN_HOUR_MS = 30 * 60_000;
const { signal } = new AbortController();

/** A carrier over a desk and a channel that take down what they are given. */
function carrier(
  options: {
    readonly read?: FileSource["read"];
    readonly hasFiles?: boolean;
    readonly tryMs?: number;
  } = {},
) {
  const { read = () => Promise.resolve(Buffer.from("data")), hasFiles = true } = options;
  const shown: string[] = [];
  const noted: string[] = [];
  const keys = new Set<string>();
  const place = (name: string) => ({
    put: async (file: CarriedFile) => {
      shown.push(`${name}: ${file.name} ${Buffer.from(file.bytes).toString()}`);
      return `${name}-1`;
    },
    remove: async (receipt: string) => void shown.push(`removed ${receipt}`),
  });
  const memoryChannel = createMemoryChannel({ platform: "console" });
  const channel: Channel = hasFiles
    ? { ...memoryChannel, files: place("customer") }
    : memoryChannel;
  const clock = createFakeClock(1);
  const made = createFileCarrier({
    source: { read },
    channelOf: () => channel,
    board: { publish: async () => {}, files: place("desk") },
    memory: testMemory(),
    inbox: {
      tell: async (_to, event, [key = ""]) => {
        if (keys.has(key)) return false;
        keys.add(key);
        noted.push(JSON.stringify(event));
        return true;
      },
    },
    clock,
    botName: "Frontdesk",
    words: {
      toCustomer: (name, why) => aReply({ text: `no ${name}: ${why}` }),
      toTeam: (name, why, to) => `${to} lacks ${name}: ${why}`,
    },
    ...(options.tryMs === undefined ? {} : { tryMs: options.tryMs }),
    logger: silentLogger,
  });
  const context = { signal, instance: { kind: "file", id: "C-1:x:L1" }, key: effectKey("k") };
  return {
    shown,
    noted,
    clock,
    said: () => memoryChannel.posts().map(({ reply }) => reply.text),
    carry: (parts: Partial<FileCarriage> = {}) =>
      made.carry(
        { file: FILE, to: { kind: "desk", caseId: ID }, index: 0, ...parts },
        { ...context, isRetry: false },
      ),
    remove: () => made.remove(null, { ...context, isRetry: false }),
  };
}

const toCustomer = (ephemeral = false): FileCarriage["to"] => ({
  kind: "customer",
  caseId: ID,
  address: { ...anAddress(), ephemeral },
  language: "en",
});

describe("a file on its way", () => {
  it("gets to the desk or to the customer, and is taken back from there", async () => {
    const { carry, remove, shown, noted } = carrier();

    await carry();
    await carry({ to: toCustomer(), index: 1 });
    await remove();
    await remove();

    expect(shown.slice(0, 2)).toEqual(["desk: plan.pdf data", "customer: plan.pdf data"]);
    expect(shown.slice(2).toSorted()).toEqual(["removed customer-1", "removed desk-1"]);
    expect(noted).toEqual([]);
  });

  it.each([
    ["too large", { file: { ...FILE, sizeBytes: MAX_CARRIED_BYTES + 1 } }, "too-large"],
    ["for one person among others", { to: toCustomer(true) }, "private"],
    ["in a ticket system", { file: { ...FILE, platform: "http" as const } }, "in-tickets"],
  ])("that is %s is named to both, and nothing of it is fetched", async (_name, parts, why) => {
    const { carry, said, shown, noted } = carrier({
      read: () => Promise.reject(new Error("read")),
    });

    await carry({ to: toCustomer(), ...parts });
    await carry({ to: toCustomer(), ...parts });

    expect(shown).toEqual([]);
    expect(said()).toEqual([`no plan.pdf: ${why}`]);
    expect(noted).toHaveLength(1);
    expect(noted[0]).toContain(`customer lacks plan.pdf: ${why}`);
  });

  it("for a place that shows no files is named there", async () => {
    const { carry, said } = carrier({ hasFiles: false });

    await carry({ to: toCustomer() });

    expect(said()).toEqual(["no plan.pdf: unsupported"]);
  });

  it("that cannot be fetched is named to the team, without a word to the customer whose it is", async () => {
    const gone = new FrontdeskError("source_unreadable", "gone");
    const { carry, said, noted } = carrier({ read: () => Promise.reject(gone) });

    await carry();

    expect(noted[0]).toContain("desk lacks plan.pdf: unreadable");
    expect(said()).toEqual([]);
  });

  it("is named when the bot may bring no files there, at once or when that has lasted", async () => {
    const forbidden = (retryable: boolean) =>
      carrier({
        read: () => Promise.reject(new FrontdeskError("files_not_permitted", "no", { retryable })),
      });
    const [atOnce, later] = [forbidden(false), forbidden(true)];

    await atOnce.carry();
    await expect(later.carry()).rejects.toMatchObject({ retryable: true });
    later.clock.advance(HALF_AN_HOUR_MS);
    await later.carry();

    for (const { noted } of [atOnce, later]) {
      expect(noted).toHaveLength(1);
      expect(noted[0]).toContain("desk lacks plan.pdf: not-permitted");
    }
  });

  it("is tried again while its platform is away, for half an hour; then it is named", async () => {
    const away = new FrontdeskError("delivery_uncertain", "away", { retryable: true });
    const { carry, clock, noted } = carrier({ read: () => Promise.reject(away) });

    await expect(carry()).rejects.toBe(away);
    clock.advance(HALF_AN_HOUR_MS - 1);
    await expect(carry()).rejects.toBe(away);
    clock.advance(1);
    await carry();

    expect(noted).toHaveLength(1);
    expect(noted[0]).toContain("gave-up");
  });

  it("is named when every try for half an hour takes too long", async () => {
    const never = ({ signal: ends }: { readonly signal: AbortSignal }) =>
      new Promise<Uint8Array>((_resolve, reject) => {
        ends.addEventListener("abort", () => reject(new Error("given up")));
      });
    const { carry, clock, noted } = carrier({ read: (_file, call) => never(call), tryMs: 5 });

    await expect(carry()).rejects.toThrow("given up");
    clock.advance(HALF_AN_HOUR_MS);
    await carry();

    expect(noted).toHaveLength(1);
    expect(noted[0]).toContain("gave-up");
  });

  it("has its half an hour once more after the desk was away", async () => {
    const gone = new FrontdeskError("desk_unavailable", "gone", { retryable: true });
    const slow = new FrontdeskError("rate_limited", "slow", { retryable: true });
    let trouble = gone;
    const { carry, clock, noted } = carrier({ read: () => Promise.reject(trouble) });

    await expect(carry()).rejects.toBe(gone);
    clock.advance(HALF_AN_HOUR_MS);
    await expect(carry()).rejects.toBe(gone);
    trouble = slow;
    await expect(carry()).rejects.toBe(slow);
    clock.advance(HALF_AN_HOUR_MS);
    await carry();

    expect(noted).toHaveLength(1);
  });

  it("has a name that lies in no folder and is no second line", async () => {
    const { carry, shown } = carrier();

    await carry({ file: { ...FILE, name: "../../etc/a\n\u202Eb.pdf" } });

    expect(shown).toEqual(["desk: .._.._etc_a_b.pdf data"]);
  });
});
