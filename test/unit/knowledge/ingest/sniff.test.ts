import { describe, expect, it } from "vitest";
import { extensionOf } from "../../../../knowledge/ingest/formats.ts";
import { sniffDocument } from "../../../../knowledge/ingest/sniff.ts";

const png = Buffer.from(
  "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de",
  "hex",
);
const sniff = (bytes: string | Uint8Array, extension: string, mediaType: string | null = null) =>
  sniffDocument(typeof bytes === "string" ? Buffer.from(bytes) : bytes, { extension, mediaType });

describe("telling what a document is", () => {
  it.each([
    ["md", "markdown"],
    ["markdown", "markdown"],
    ["txt", "text"],
    ["rst", "text"],
    ["htm", "html"],
  ])("takes text called .%s for %s", async (extension, kind) => {
    expect(await sniff("Hello there.", extension)).toEqual({ kind });
  });

  it("does not take a picture for Markdown because it is called so, and says what it is", async () => {
    expect(await sniff(png, "md")).toEqual({ kind: "unsupported", looksLike: "PNG (image/png)" });
  });

  it("does not take bytes of no known kind for text", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256);

    expect(await sniff(bytes, "txt")).toEqual({ kind: "unsupported", looksLike: "binary data" });
  });

  it("sees a web page in whatever it is called, also behind a comment", async () => {
    expect(await sniff("<!-- saved -->\n<!DOCTYPE html><p>x", "txt")).toEqual({ kind: "html" });
    expect(await sniff("<html><body>x", "")).toEqual({ kind: "html" });
  });

  it("leaves Markdown that speaks of HTML alone", async () => {
    expect(await sniff("# About `<html>`\n\n<html> is a tag.", "md")).toEqual({ kind: "markdown" });
  });

  it("sees a PDF by its first bytes, and believes the name where they are damaged", async () => {
    expect(await sniff("%PDF-1.7 …", "dat")).toEqual({ kind: "pdf" });
    expect(await sniff("no header at all", "pdf")).toEqual({ kind: "pdf" });
  });

  it("takes text without an extension for text, and goes by the media type of a server", async () => {
    expect(await sniff("Read me.", "")).toEqual({ kind: "text" });
    expect(await sniff("# Hi", "", "text/markdown")).toEqual({ kind: "markdown" });
  });

  it("takes UTF-16 for text, though half of it is zeros", async () => {
    expect(await sniff(Buffer.from("Hello\nthere", "utf16le"), "txt")).toEqual({ kind: "text" });
  });

  it("is not fooled by text that begins like a picture", async () => {
    expect(await sniff("BM is short for Bowel Movement.", "txt")).toEqual({ kind: "text" });
  });

  it("names what it does not read, and tells an empty file", async () => {
    expect(await sniff("a;b;c", "ini")).toEqual({ kind: "unsupported", looksLike: "a .ini file" });
    expect(await sniff("", "md")).toEqual({ kind: "empty" });
  });
});

describe("the extension", () => {
  it("of a path and of an address is what stands after the last dot of the name", () => {
    expect(extensionOf("/a.b/Read.ME.MD")).toBe("md");
    expect(extensionOf("https://example.com/guide.html?x=a.pdf")).toBe("html");
    expect(extensionOf("https://example.com/")).toBe("");
    expect(extensionOf("/docs/LICENSE")).toBe("");
  });
});
