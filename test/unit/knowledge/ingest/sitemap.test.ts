import { describe, expect, it } from "vitest";
import { readSitemap } from "../../../../knowledge/ingest/web/sitemap.ts";

function* million(): Generator<string> {
  yield "<urlset>";
  for (let part = 0; part < 1_000; part += 1)
    yield "<url><loc>https://a.b/c</loc></url>".repeat(1_000);
}

describe("reading a sitemap", () => {
  it("of a million addresses that never closes keeps as many as are wished and counts the others", async () => {
    expect(await readSitemap(million(), 2)).toEqual({
      kind: "pages",
      addresses: ["https://a.b/c", "https://a.b/c"],
      leftOut: 999_998,
    });
  });

  it("does not follow what a document type defines", async () => {
    const xml =
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.b/&e;</loc></url></urlset>';

    expect((await readSitemap([xml], 5))?.addresses).toEqual(["https://a.b/&e;"]);
  });

  it("says of a page that it is none, without reading on for ever", async () => {
    let read = 0;
    function* endless(): Generator<string> {
      for (;;) {
        read += 1;
        yield "<p>no sitemap ".repeat(1_000);
      }
    }

    expect(await readSitemap(endless(), 5)).toBeNull();
    expect(read).toBeLessThan(20);
  });
});
