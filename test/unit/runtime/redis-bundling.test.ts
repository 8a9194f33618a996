import { Writable } from "node:stream";
import { beforeEach, expect, test } from "vitest";
import { createBundling } from "../../../src/runtime/stores/redis-bundling.ts";

/** What reached the stream, one entry for each write to the socket. */
let written: string[];

beforeEach(() => {
  written = [];
});

function socket(): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
    writev: (chunks, done) => {
      written.push(chunks.map(({ chunk }) => String(chunk)).join(""));
      done();
    },
  });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function sender(streamOf: () => Writable | null): (text: string) => void {
  const bundle = createBundling(streamOf);
  return (text) => {
    bundle();
    streamOf()?.write(text);
  };
}

test("what is sent in one go leaves in one write, in its order", async () => {
  const stream = socket();
  const send = sender(() => stream);

  for (const text of ["a", "b", "c"]) send(text);
  await turn();

  expect(written).toEqual(["abc"]);
});

test("what settled promises send goes along with what settled them", async () => {
  const stream = socket();
  const send = sender(() => stream);
  const settled = Promise.resolve();

  void settled.then(() => send("a"));
  void settled.then(() => settled).then(() => send("b"));
  await turn();

  expect(written).toEqual(["ab"]);
});

test("nothing is kept back: the next turn finds it sent, and later commands start anew", async () => {
  const stream = socket();
  const send = sender(() => stream);

  send("a");
  await turn();
  const first = [...written];
  send("b");
  await turn();

  expect(first).toEqual(["a"]);
  expect(written).toEqual(["a", "b"]);
});

test("a connection that took the place of another is bundled for itself", async () => {
  const [old, fresh] = [socket(), socket()];
  let current: Writable | null = old;
  const send = sender(() => current);

  send("a");
  current = fresh;
  send("b");
  send("c");
  await turn();

  expect(written).toEqual(["a", "bc"]);
});

test("without a connection, and after it was destroyed, nothing happens", async () => {
  const stream = socket();
  stream.on("error", () => {});
  let current: Writable | null = null;
  const send = sender(() => current);

  send("a");
  current = stream;
  send("b");
  stream.destroy();
  await turn();

  expect(written).toEqual([]);
});
