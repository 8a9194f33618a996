import { describe, expect, it } from "vitest";
import { ownWords } from "../../../../knowledge/ingest/mail/quoted.ts";
import { makeDocx, paragraph } from "../../../support/documents/docx.ts";
import { zipOf } from "../../../support/documents/zip.ts";
import { parseBytes, parseWithWarning } from "./parse-bytes.ts";

const HEAD = [
  "From: Ana Ruiz <ana@example.com>",
  "To: team@example.com",
  "Date: Mon, 02 Mar 2026 10:00:00 +0000",
];

/** A mail with these parts, each as headers and body. */
function mail(
  subject: string,
  parts: readonly (readonly [headers: string, body: string])[],
  border = "B",
): string {
  const lines = [...HEAD, `Subject: ${subject}`, "MIME-Version: 1.0"];
  lines.push(`Content-Type: multipart/mixed; boundary="${border}"`, "");
  for (const [headers, body] of parts) lines.push(`--${border}`, headers, "", body);
  return [...lines, `--${border}--`, ""].join("\r\n");
}

function attached(name: string, bytes: Uint8Array): readonly [string, string] {
  return [
    `Content-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"`,
    Buffer.from(bytes).toString("base64").replaceAll(/.{76}/gu, "$&\r\n"),
  ];
}

const PLAIN = "Content-Type: text/plain; charset=utf-8";

describe("a mail", () => {
  it("gives subject, people, day and what its author wrote himself", async () => {
    const text = mail("=?utf-8?B?5bm05YGH?= rules", [
      [
        PLAIN,
        "Thirty days a year.\r\n\r\nOn Sun, Mar 1, 2026 Bo wrote:\r\n> How many days?\r\n-- \r\nAna",
      ],
    ]);

    expect(await parseBytes("a.eml", text)).toMatchObject({
      title: "年假 rules",
      chunks: [
        {
          text: "Ana Ruiz <ana@example.com> · → team@example.com · 2026-03-02\n\nThirty days a year.",
        },
      ],
    });
  });

  it("gives its attached documents under their names, and says which it left out", async () => {
    const docx = makeDocx([paragraph("Rates", "1"), paragraph("Eighty euros a day.")]);
    const text = mail("Travel", [
      [PLAIN, "See below."],
      attached("rules.docx", docx),
      attached("all.zip", zipOf({ "a.txt": "x" })),
    ]);

    const { document, warning } = await parseWithWarning("a.eml", text);

    expect(document.chunks.at(-1)).toMatchObject({
      section: "rules.docx › Rates",
      text: "Eighty euros a day.",
    });
    expect(warning).toContain('has an attachment "all.zip" that was left out: it looks like ZIP');
  });

  it("reads a mail in a mail, but not for ever", async () => {
    let text = mail("Innermost", [[PLAIN, "The heart of it."]]);
    for (let depth = 0; depth < 42; depth += 1) {
      const headers =
        'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="inner.eml"';
      text = mail("Outer", [[headers, text]], `B${depth}`);
    }

    const { document, warning } = await parseWithWarning("a.eml", text);

    expect(document.chunks).toEqual([]);
    expect(warning).toContain("too many mails around it");
  });

  it("takes HTML where that holds the structure, without what is quoted", async () => {
    const html =
      "<h2>Rates</h2><table><tr><th>City</th><th>Day</th></tr><tr><td>Berlin</td><td>80</td></tr></table>" +
      '<div class="gmail_quote"><p>Bo asked: what are the rates?</p></div>';
    const { chunks } = await parseBytes(
      "a.eml",
      mail("Rates", [["Content-Type: text/html; charset=utf-8", html]]),
    );

    expect(chunks.at(-1)?.text).toBe("| City | Day |\n| --- | --- |\n| Berlin | 80 |");
  });
});

describe("what an author wrote himself", () => {
  it("keeps answers between the lines, forwarded mails, and mails that only quote", () => {
    expect(
      ownWords("On Monday, Bo Li wrote:\n> How many?\nThirty.\n> And when?\nAny time.", "Re: x"),
    ).toBe("On Monday, Bo Li wrote:\nThirty.\nAny time.");
    expect(ownWords("-----Original Message-----\nThe policy.", "FW: policy")).toContain(
      "The policy.",
    );
    expect(ownWords("> all quoted", "x")).toBe("> all quoted");
  });

  it("ends where the old mail begins, in English and Chinese", () => {
    expect(ownWords("新的内容。\n\n在 2026年3月1日，王伟 写道：\n> 旧的内容", "x")).toBe(
      "新的内容。",
    );
    expect(ownWords("New.\n\nFrom: Bo\nSent: Monday\nTo: Ana\nSubject: x\n\nOld.", "x")).toBe(
      "New.",
    );
  });
});
