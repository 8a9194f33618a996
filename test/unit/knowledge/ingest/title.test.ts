import { describe, expect, it } from "vitest";
import type { Block } from "../../../../knowledge/ingest/blocks.ts";
import { documentTitle, titleFromSource } from "../../../../knowledge/ingest/title.ts";

const headings = (...list: readonly (readonly [number, string])[]): Block[] =>
  list.map(([depth, text]) => ({ kind: "heading", depth, text, page: null }));

describe("the title of a document", () => {
  it("is what the document says before anything else", () => {
    const blocks = headings([1, "Heading"]);

    expect(documentTitle({ title: " Own\n title ", blocks }, "/a.md")).toBe("Own title");
  });

  it("is its first heading of the first level", () => {
    const blocks = headings([2, "Preface"], [1, "Handbook"], [1, "Annex"]);

    expect(documentTitle({ title: null, blocks }, "/a.md")).toBe("Handbook");
  });

  it("is a heading that stands alone above all others", () => {
    const blocks = headings([2, "VPN"], [3, "Linux"], [3, "Windows"]);

    expect(documentTitle({ title: null, blocks }, "/a.md")).toBe("VPN");
  });

  it("is not the first of several parts, nor a numbered introduction", () => {
    const parts = headings([2, "Install"], [2, "Use"]);
    const numbered = headings([1, "1 Introduction"], [2, "1.1 Scope"]);

    expect(documentTitle({ title: null, blocks: parts }, "/vpn_guide.md")).toBe("Vpn guide");
    expect(documentTitle({ title: null, blocks: numbered }, "/paper.pdf")).toBe("Paper");
  });

  it.each([
    ["/docs/vpn-setup_guide.v2.md", "Vpn setup guide.v2"],
    ["/docs/billing/README.md", "Billing"],
    ["https://example.com/help/Reset%20password.html?x=1", "Reset password"],
    ["https://example.com/", "example.com"],
    ["https://example.com/%E9%80%80%E8%B4%A7/index.html", "退货"],
    ["/docs/员工手册.pdf", "员工手册"],
  ])("of %s is read from its name", (source, title) => {
    expect(titleFromSource(source)).toBe(title);
  });
});
