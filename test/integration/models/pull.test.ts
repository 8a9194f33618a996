import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Agent } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assertRoom } from "../../../models/fit/machine-room.ts";
import { catalog, resolveModel, verifyModels } from "../../../models/index.ts";
import { type PulledModel, type PullOptions, pullModel } from "../../../models/pull-model.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { type FileServer, startFileServer } from "../../support/file-server.ts";
import { randomLlama } from "../../support/gguf/llama.ts";
import { encodeGguf } from "../../support/gguf/writer.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const content = encodeGguf(randomLlama());
const hash = createHash("sha256").update(content).digest("hex");
const other = Buffer.from(content).fill(7, content.length - 1_000);
const half = Math.floor(content.length / 2);
const dispatcher = new Agent();
let server: FileServer;
let directory: string;

beforeAll(async () => {
  server = await startFileServer(content);
});
afterAll(async () => {
  await server.close();
  await dispatcher.destroy();
});
beforeEach(() => {
  directory = join(temporaryFolder(), "models");
  server.plan();
});

function pull(changes: Partial<PullOptions> = {}): Promise<PulledModel> {
  return pullModel({
    model: `${server.origin}/some/tiny.gguf`,
    folder: { directory },
    url: null,
    mirror: null,
    sha256: null,
    room: null,
    dispatcher,
    signal: new AbortController().signal,
    retryMinMs: 1,
    ...changes,
  });
}

/** Speaks HTTP/1.0: sends so many bytes of the file in each of its answers, then closes the connection. */
async function startPlainServer(...sentBytes: readonly number[]) {
  let answers = 0;
  const plain = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const head = `HTTP/1.0 200 OK\r\nContent-Length: ${content.length}\r\nETag: "1"\r\n\r\n`;
      const body = content.subarray(0, sentBytes[answers++] ?? 0);
      socket.end(Buffer.concat([Buffer.from(head), body]));
    });
  });
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  const address = plain.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    answers: () => answers,
    close: async () => {
      plain.close();
      await once(plain, "close");
    },
  };
}

const path = (): string => join(directory, "tiny.gguf");
const files = (): readonly string[] => readdirSync(directory).sort();

describe("pull of a model", () => {
  it("fetches the whole file, records its hash and leaves nothing else behind", async () => {
    const pulled = await pull();

    expect(pulled).toMatchObject({
      name: "tiny",
      sha256: hash,
      sizeBytes: content.length,
      result: "downloaded",
      verifiedBy: "recorded",
      resumedBytes: 0,
    });
    expect(readFileSync(path()).equals(content)).toBe(true);
    expect(files()).toEqual(["models.lock.json", "tiny.gguf"]);
    expect(resolveModel("tiny", { directory })).toMatchObject({ path: path(), sha256: hash });
  });

  it("tells how far it has come", async () => {
    const seen: number[] = [];

    await pull({
      onProgress: ({ receivedBytes, totalBytes }) => {
        expect(totalBytes).toBe(content.length);
        seen.push(receivedBytes);
      },
    });

    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("does not fetch what is here and right", async () => {
    await pull();
    const count = server.requests.length;

    const again = await pull();

    expect(again).toMatchObject({ result: "present", sha256: hash });
    expect(server.requests).toHaveLength(count);
  });

  it("says that another file is there instead of replacing it", async () => {
    mkdirSync(directory);
    writeFileSync(path(), other);

    await expect(pull({ sha256: hash })).rejects.toMatchObject({ code: "model_invalid" });
    expect(readFileSync(path()).equals(other)).toBe(true);
  });

  it("compares with the recorded hash when the file was removed and comes again", async () => {
    await pull();
    rmSync(path());
    server.plan({ content: other });

    await expect(pull()).rejects.toMatchObject({ code: "model_invalid" });
    expect(existsSync(path())).toBe(false);
  });

  it("asks a mirror for the very version of a catalog model that is pinned", async () => {
    const pulling = pull({ model: "qwen3-8b", mirror: `${server.origin}/hub/` });

    await expect(pulling).rejects.toThrow("the file has 5027783488");
    expect(server.requests.at(-1)?.path).toMatch(
      /^\/hub\/Qwen\/Qwen3-8B-GGUF\/resolve\/[0-9a-f]{40}\/Qwen3-8B-Q4_K_M\.gguf$/u,
    );
  });

  it("holds a file of one's own to the hash that it had when it came first", async () => {
    await pull();
    const signal = new AbortController().signal;

    expect(await verifyModels({ directory }, ["tiny"], { signal })).toMatchObject([
      { result: "ok" },
    ]);
    writeFileSync(path(), other);
    expect(await verifyModels({ directory }, ["tiny"], { signal })).toMatchObject([
      { result: "mismatch" },
    ]);
  });

  it("refuses another file under the name of a pinned one", async () => {
    const pulling = pull({ model: "bge-small-en-v1.5", url: `${server.origin}/x.gguf` });

    await expect(pulling).rejects.toMatchObject({ code: "download_failed", retryable: false });
    expect(files()).toEqual([]);
  });

  it("sends user and password to their own host only, and shows them nowhere", async () => {
    const elsewhere = await startFileServer(content);
    server.plan({ status: 302, location: `${elsewhere.origin}/tiny.gguf` });
    const model = `${server.origin.replace("//", "//ann:secret@")}/tiny.gguf`;

    const pulled = await pull({ model });

    expect(server.requests.at(-1)?.authorization).toBe(
      `Basic ${Buffer.from("ann:secret").toString("base64")}`,
    );
    expect(elsewhere.requests.at(-1)?.authorization).toBeNull();
    expect(JSON.stringify(pulled)).not.toContain("secret");
    expect(readFileSync(join(directory, "models.lock.json"), "utf8")).not.toContain("secret");
    await elsewhere.close();
  });

  it.each(["gpt-9", "ftp://example.org/x.gguf", "file:///etc/hosts.gguf"])(
    "refuses %s before it asks anybody",
    async (model) => {
      const count = server.requests.length;

      await expect(pull({ model })).rejects.toMatchObject({
        code: model === "gpt-9" ? "model_not_found" : "usage",
      });
      expect(server.requests).toHaveLength(count);
    },
  );
});

describe("interrupted pull", () => {
  it("goes on where the connection was cut", async () => {
    let take = (): void => {};
    const cutWhen = new Promise<void>((resolve) => {
      take = resolve;
    });
    server.plan({ cutAfter: half, cutWhen });
    const count = server.requests.length;

    const pulled = await pull({
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes >= half) take();
      },
    });

    expect(pulled.sha256).toBe(hash);
    const [first, second] = server.requests.slice(count);
    expect(first?.range).toBeNull();
    expect(second?.range).toMatch(/^bytes=\d+-$/u);
    expect(second?.ifRange).toBe(`"${content.length}-${content.at(-1)}"`);
  });

  it("goes on as long as each round brings something, and gives up when none does", async () => {
    const piece = Math.floor(content.length / 12);
    let takenBytes = 0;
    const taken = (bytes: number) => eventually("a piece", () => takenBytes >= bytes);
    const cut = (round: number) => ({
      cutAfter: piece,
      // Asked for when the server has sent its piece.
      get cutWhen() {
        return taken(piece * round);
      },
    });
    server.plan(...Array.from({ length: 10 }, (_, at) => cut(at + 1)));

    const pulled = await pull({
      onProgress: ({ receivedBytes }) => {
        takenBytes = receivedBytes;
      },
    });
    expect(pulled.sha256).toBe(hash);

    directory = join(temporaryFolder(), "models");
    server.plan(...Array.from({ length: 20 }, () => ({ cutAfter: 0 })));
    await expect(pull()).rejects.toMatchObject({ code: "download_failed", retryable: true });
  });

  it("keeps what has come when it is stopped, and uses it the next time", async () => {
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    server.plan({ stallAfter: half });
    const stopped = pull({
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes === half) controller.abort(reason);
      },
    });
    await expect(stopped).rejects.toBe(reason);
    expect(statSync(`${path()}.part`).size).toBe(half);
    expect(files()).not.toContain("tiny.gguf.lock");

    const pulled = await pull();

    expect(pulled).toMatchObject({ resumedBytes: half, sha256: hash });
    expect(server.requests.at(-1)?.range).toBe(`bytes=${half}-`);
  });

  it("gives up on a server that falls silent, and keeps what has come", async () => {
    server.plan({ stallAfter: half }, ...Array.from({ length: 20 }, () => ({ stallAfter: 0 })));

    const pulling = pull({ bodyTimeoutMs: 100, headersTimeoutMs: 100 });

    await expect(pulling).rejects.toMatchObject({ code: "download_failed" });
    expect(statSync(`${path()}.part`).size).toBe(half);
  }, 60_000);

  it("begins anew when the file has changed meanwhile", async () => {
    server.plan({ cutAfter: half }, { content: other });

    const pulled = await pull();

    expect(pulled.sha256).toBe(createHash("sha256").update(other).digest("hex"));
    expect(pulled.resumedBytes).toBe(0);
  });

  it("is not brought down by a plain server that closes before all has come", async () => {
    const plain = await startPlainServer(half, content.length);

    const pulled = await pull({ model: `${plain.origin}/tiny.gguf` });

    expect(pulled.sha256).toBe(hash);
    expect(plain.answers()).toBe(2);
    await plain.close();
  });

  it("begins anew at a server that knows no ranges", async () => {
    server.plan({ cutAfter: half }, { ignoresRange: true });

    expect((await pull()).sha256).toBe(hash);
  });

  it("does not go on with a beginning of which nothing is known", async () => {
    mkdirSync(directory);
    writeFileSync(`${path()}.part`, Buffer.alloc(half));

    expect((await pull()).sha256).toBe(hash);
    expect(server.requests.at(-1)?.range).toBeNull();
  });

  it("goes on at another address when the hash is pinned", async () => {
    const controller = new AbortController();
    server.plan({ stallAfter: half });
    const stopped = pull({
      sha256: hash,
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes === half) controller.abort(new Error("Ctrl-C"));
      },
    });
    await expect(stopped).rejects.toThrow("Ctrl-C");

    const pulled = await pull({ model: `${server.origin}/mirror/tiny.gguf`, sha256: hash });

    expect(pulled).toMatchObject({ resumedBytes: half, verifiedBy: "pinned" });
  });
});

describe("server that does not play fair", () => {
  it.each([
    ["sends another file than pinned", { content: other }, "model_invalid"],
    ["sends a web page", { content: Buffer.from("<!doctype html><p>log in") }, "model_invalid"],
    ["sends the file compressed", { encoding: "gzip" }, "download_failed"],
    ["redirects to a file", { status: 302, location: "file:///etc/passwd" }, "download_failed"],
    ["redirects to nowhere", { status: 302 }, "download_failed"],
    ["does not have it", { status: 404 }, "download_failed"],
    ["refuses us", { status: 403 }, "download_failed"],
    [
      "sends less than announced and ends",
      { announces: null, content: content.subarray(0, half) },
      "model_invalid",
    ],
  ])("%s: refused, and nothing is left", async (_, fault, code) => {
    server.plan(fault);

    await expect(pull({ sha256: hash })).rejects.toMatchObject({ code });
    expect(files().filter((name) => name.startsWith("tiny"))).toEqual([]);
  });

  it("sends a web page: called by its address, not by a file that is not kept", async () => {
    server.plan({ content: Buffer.from("<!doctype html><p>log in") });

    const refused: unknown = await pull().catch((error: unknown) => error);

    expect(String(refused)).toMatch(
      /The model file http:\/\/\S+ cannot be used: it is a web page/u,
    );
    expect(String(refused)).not.toContain(".part");
  });

  it("sends the rest from another byte than asked: begun anew", async () => {
    server.plan({ cutAfter: half }, { shiftsRange: 100 });

    expect((await pull()).sha256).toBe(hash);
  });

  it("announces less than it sends: the file is found to be cut off", async () => {
    server.plan({ announces: half }, { announces: half });

    const error: unknown = await pull().catch((caught: unknown) => caught);

    expect(isFrontdeskError(error)).toBe(true);
    expect(existsSync(path())).toBe(false);
  });

  it("announces more than it sends: tried again, then given up", async () => {
    server.plan(
      ...Array.from({ length: 20 }, () => ({
        announces: content.length * 2,
        cutAfter: content.length,
        ignoresRange: true,
      })),
    );

    await expect(pull()).rejects.toMatchObject({ code: "download_failed", retryable: true });
    expect(existsSync(path())).toBe(false);
  });

  it("sends more than the catalog says, without end: stopped", async () => {
    server.plan({ announces: null, content: Buffer.alloc(40_000_000, 1) });

    const pulling = pull({ model: "bge-small-en-v1.5", url: `${server.origin}/x.gguf` });

    await expect(pulling).rejects.toThrow("sends more than");
    expect(files()).toEqual([]);
  });

  it("redirects to a file: nothing is asked for any more, and the reason is told", async () => {
    const { length } = server.requests;
    server.plan({ status: 302, location: "file:///etc/passwd" });

    await expect(pull()).rejects.toThrow("a redirect to file://");
    expect(server.requests).toHaveLength(length + 1);
  });

  it("redirects in a circle", async () => {
    server.plan(...Array.from({ length: 8 }, () => ({ status: 307, location: "/again.gguf" })));

    await expect(pull()).rejects.toThrow("in a circle");
  });

  it("is busy at first", async () => {
    server.plan({ status: 503 }, { status: 429, retryAfter: "0" });

    expect((await pull()).sha256).toBe(hash);
  });
});

describe("machine on which a model is pulled", () => {
  const GB = 1e9;

  it("refuses what does not fit into memory and names one that does", () => {
    const room = { freeMemoryBytes: 3.9 * GB, freeDiskBytes: null };
    const entry = catalog.find(({ name }) => name === "qwen3-8b") ?? null;
    const size = { missingBytes: 5.03 * GB, totalBytes: 5.03 * GB };

    const refusal = (): void => assertRoom(room, { name: "qwen3-8b", entry }, size);

    expect(refusal).toThrow(
      /qwen3-8b needs 6\.\d GB of memory, 3\.9 GB are free\. Try: frontdesk models pull qwen3-4b/u,
    );
  });

  it("refuses what does not fit on the disk before the first byte is written", async () => {
    const room = { freeMemoryBytes: 64 * GB, freeDiskBytes: 100_000 };

    await expect(pull({ room })).rejects.toMatchObject({ code: "model_too_large" });
    expect(files()).toEqual([]);
  });

  const large = Buffer.concat([content, Buffer.alloc(40_000_000)]);

  /** The disk of a machine on which only this download takes space. */
  function disk(freeBytes: number): {
    freeNow(): number;
    onProgress: NonNullable<PullOptions["onProgress"]>;
  } {
    let takenBytes = 0;
    return {
      freeNow: () => freeBytes - takenBytes,
      onProgress: ({ receivedBytes }) => {
        takenBytes = receivedBytes;
      },
    };
  }

  it("refuses a catalog model that does not fit on the disk although the server tells no size", async () => {
    const room = { freeMemoryBytes: 64 * GB, freeDiskBytes: GB };
    server.plan({ announces: null });

    const pulling = pull({ model: "qwen3-8b", url: `${server.origin}/x.gguf`, room });

    await expect(pulling).rejects.toMatchObject({ code: "model_too_large" });
    expect(files()).toEqual([]);
  });

  it("stops before a file of unknown size has filled the disk, and goes on once there is room", async () => {
    const { freeNow, onProgress } = disk(290_000_000);
    server.plan({ announces: null, content: large }, { content: large });

    const stopped: unknown = await pull({ freeDiskBytes: freeNow, onProgress }).catch(
      (error: unknown) => error,
    );

    expect(stopped).toMatchObject({ code: "disk_full" });
    expect(String(stopped)).toMatch(/268 MB stay free.*what has come is kept/u);
    const kept = statSync(`${path()}.part`).size;
    expect(kept).toBeGreaterThan(0);
    expect(290_000_000 - kept).toBeGreaterThan(260_000_000);
    const pulled = await pull({ freeDiskBytes: () => GB });
    expect(pulled).toMatchObject({ resumedBytes: kept, sizeBytes: large.length });
  });

  it("keeps nothing that could not be gone on with", async () => {
    const { freeNow, onProgress } = disk(290_000_000);
    server.plan({ announces: null, etag: null, content: large });

    const stopped: unknown = await pull({ freeDiskBytes: freeNow, onProgress }).catch(
      (error: unknown) => error,
    );

    expect(stopped).toMatchObject({ code: "disk_full" });
    expect(String(stopped)).not.toContain("kept");
    expect(files()).toEqual([]);
  });

  it("leaves others their room as well when the size was known and something else fills the disk", async () => {
    let asked = 0;
    server.plan({ content: large });

    const pulling = pull({
      room: { freeMemoryBytes: 64 * GB, freeDiskBytes: GB },
      freeDiskBytes: () => (asked++ < 2 ? GB : 100_000_000),
    });

    await expect(pulling).rejects.toMatchObject({ code: "disk_full" });
    expect(existsSync(path())).toBe(false);
  });

  it("says that the disk is full and keeps what has come", async () => {
    mkdirSync(directory);
    symlinkSync("/dev/full", `${path()}.part`);

    const error: unknown = await pull().catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: "disk_full" });
    expect(existsSync(`${path()}.part`)).toBe(true);
    expect(existsSync(path())).toBe(false);
  });
});

describe("two pulls at once", () => {
  it("do not write the same file", async () => {
    server.plan({ stallAfter: half });
    const controller = new AbortController();
    let second: Promise<PulledModel> | null = null;
    const first = pull({
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes === half) second ??= pull();
        second?.catch(() => {});
      },
    });
    first.catch(() => {});
    while (second === null) await new Promise((resolve) => setTimeout(resolve, 5));

    await expect(second).rejects.toMatchObject({ code: "download_running" });
    controller.abort(new Error("stop"));
    await expect(first).rejects.toThrow("stop");
  });

  it("are not kept back by a lock of a process that has died", async () => {
    mkdirSync(directory);
    writeFileSync(`${path()}.lock`, "4194305"); // more than any system gives

    expect((await pull()).result).toBe("downloaded");
    expect(files()).toEqual(["models.lock.json", "tiny.gguf"]);
  });
});
