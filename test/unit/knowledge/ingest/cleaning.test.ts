import { describe, expect, it } from "vitest";
import { redact } from "../../../../knowledge/ingest/cleaning/redact.ts";
import { REDACTIONS } from "../../../../src/ports/knowledge-base.ts";
import { parseWithWarning } from "./parse-bytes.ts";

describe("personal data", () => {
  it.each([
    ["Write to ana.berg+hr@mail.example.co.uk, please.", "Write to [email], please."],
    ["请联系ana@example.com或者前台", "请联系[email]或者前台"],
    ["ana [at] example.com", "[email]"],
    ["[Ana](mailto:ana@example.com)", "[Ana](mailto:[email])"],
    ["IBAN DE89 3704 0044 0532 0130 00.", "IBAN [IBAN]."],
    ["GB82WEST12345698765432", "[IBAN]"],
    ["Card 4111 1111 1111 1111 was charged", "Card [card] was charged"],
    ["3782-822463-10005 (Amex)", "[card] (Amex)"],
    ["378282246310005", "[card]"],
    ["身份证 11010519491231002X 已登记", "身份证 [ID] 已登记"],
    ["HKID A123456(3)", "HKID [ID]"],
    ["身分證 A123456789", "身分證 [ID]"],
    ["SSN 219-09-9999", "SSN [ID]"],
    ["手机：138 0013 8000，座机（010）62345678", "手机：[phone]，座机[phone]"],
    ["电话 010-62345678转123", "电话 [phone]转123"],
    ["打13800138000就行", "打[phone]就行"],
    ["１３８００１３８０００", "[phone]"],
    ["Call +49 30 1234567 or (212) 555-0142.", "Call [phone] or [phone]."],
    ["Tel. 030 1234567", "Tel. [phone]"],
  ])("%s", (text, black) => {
    expect(redact(text, REDACTIONS)).toBe(black);
  });

  it.each([
    "Order 4111 1111 1111 1112 of 2026-11-28, 14:30",
    "Version 3.14.15.9265, build 20261128",
    "10.0.0.12:8080 and 2001:db8::1",
    "Hotline 400-810-8888, 1-800-555-0199, or dial 112",
    "The price is 1,299,000.00 for 1000 to 25000 pieces.",
    "Ticket 110105194912310021",
    "@team and user@ are no addresses",
    "E-1042, INV-2026-000123, 550e8400-e29b-41d4-a716-446655440000",
    "共1380页，第138章，2026年11月28日",
  ])("is not seen in %s", (text) => {
    expect(redact(text, REDACTIONS)).toBe(text);
  });

  it("is blacked out only where and as far as that was asked for", () => {
    const text = "ana@example.com, +49 30 1234567";

    expect(redact(text, ["email"])).toBe("[email], +49 30 1234567");
    expect(redact(text, [])).toBe(text);
  });

  it("costs no time on long lines made to be slow", () => {
    const start = performance.now();
    for (const piece of ["a.", "1 ", "(1", "+1 ", "0-", "1-", "A1 ", "电话"]) {
      redact(piece.repeat(50_000), REDACTIONS);
    }
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it("does not reach titles, headings, tables and code", async () => {
    const text =
      "# Desk of ana@example.com\n\nAsk ana@example.com.\n\n| Who | Phone |\n|---|---|\n| Ana | +49 30 1234567 |\n\n```\nmail ana@example.com\n```";

    const { document } = await parseWithWarning("ana@example.com.md", text, {
      clean: [],
      redact: ["email", "phone"],
    });

    expect(JSON.stringify(document)).not.toMatch(/example|1234567/u);
    expect(document.title).toBe("Desk of [email]");
  });
});

describe("what a source asks to be dropped", () => {
  const clean = ["boilerplate", "quotes"] as const;

  it("is lines that return with every page", async () => {
    const page = (number: number): string =>
      `Linden & Reed · Confidential ${number}\n\nRule ${number}: be kind.\n\nYes.\n\nPage ${number} of 3\n\n`;
    const { document } = await parseWithWarning("rules.txt", [1, 2, 3].map(page).join(""), {
      clean,
      redact: [],
    });
    const said = document.chunks.map(({ text }) => text).join("\n");

    expect(said).not.toMatch(/Confidential|Page/u);
    expect(said.match(/be kind/gu)).toHaveLength(3);
    expect(said.match(/Yes\./gu)).toHaveLength(3);
  });

  it("is signatures and quoted mails of an exported thread, up to the next heading", async () => {
    const thread =
      "VPN\n===\n\nReset it in the portal.\n\n-- \nAna Berg\nHead of IT\n\nOn Monday, Bo <bo@example.com> wrote:\n> It fails.\n\nBadges\n======\n\nAsk the front desk.";
    const { document } = await parseWithWarning("thread.txt", thread, { clean, redact: [] });
    const said = document.chunks.map(({ text }) => text).join("\n");

    expect(said).not.toMatch(/Head of IT|It fails/u);
    expect(said).toContain("Reset it in the portal.");
    expect(said).toContain("Ask the front desk.");
  });
});
