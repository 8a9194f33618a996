import { describe, expect, it } from "vitest";
import {
  followRedirect,
  onMirror,
  parseAddress,
  shownAddress,
} from "../../../models/download/address.ts";
import { thrown } from "./thrown.ts";

describe("address of a download", () => {
  it("keeps user and password apart and shows neither them nor the query", () => {
    const { url, authorization } = parseAddress("https://ann:p%40ss@host/a/b.gguf?token=x#y");

    expect(url.href).toBe("https://host/a/b.gguf?token=x");
    expect(shownAddress(url)).toBe("https://host/a/b.gguf");
    expect(authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
  });

  it("follows to another host, without the key", () => {
    const from = parseAddress("https://ann:key@host/a.gguf");

    expect(followRedirect(from, "https://cdn.example/x?sig=1")).toMatchObject({
      authorization: null,
    });
    expect(followRedirect(from, "/other.gguf")).toMatchObject({
      authorization: from.authorization,
    });
  });

  it.each([
    "http://host/a.gguf",
    "file:///etc/passwd",
    "ftp://host/a",
    "javascript:1",
    "http://[",
    null,
  ])("does not follow from https to %s", (location) => {
    const from = parseAddress("https://host/a.gguf");

    expect(thrown(() => followRedirect(from, location)).code).toBe("download_failed");
  });

  it("says how a percent sign has to be written", () => {
    const refusal = thrown(() => parseAddress("https://user:50%off@host/a.gguf"));

    expect([refusal.code, refusal.message]).toEqual(["usage", expect.stringContaining("%25")]);
    expect(refusal.message).not.toContain("50");
  });

  it("follows from http to http and to https", () => {
    const from = parseAddress("http://host/a.gguf");

    expect(followRedirect(from, "http://other/a.gguf").url.href).toBe("http://other/a.gguf");
    expect(followRedirect(from, "https://other/a.gguf").url.href).toBe("https://other/a.gguf");
  });

  it("puts a mirror in the place of the host", () => {
    const url = "https://huggingface.co/org/repo/resolve/main/x.gguf?download=true";

    expect(onMirror(url, "https://mirror.example/hub/")).toBe(
      "https://mirror.example/hub/org/repo/resolve/main/x.gguf?download=true",
    );
    expect(onMirror(url, null)).toBe(url);
  });
});
