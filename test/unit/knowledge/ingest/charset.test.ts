import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../../../knowledge/ingest/charset.ts";

const chinese = "退货政策：七天内可以无理由退货，请联系客服。\n第二行也是中文。";
const german = "Die Rückgabe ist möglich: Größe, Straße, Übung.";
const bytesOf = (text: string, charset: string): Buffer => iconv.encode(text, charset);

describe("decoding of bytes", () => {
  it.each([
    ["utf-8", chinese],
    ["gb18030", chinese],
    ["big5", "退貨政策：七天內可以無理由退貨，請聯絡客服。"],
    ["shift_jis", "返品について：七日以内に返品できます。"],
    ["windows-1252", german],
  ])("finds out %s by itself", (charset, text) => {
    expect(decodeText(bytesOf(text, charset)).text).toBe(text);
  });

  it.each(["utf-16le", "utf-16be"])("reads %s with a mark and without", (charset) => {
    const bare = iconv.encode(chinese, charset, { addBOM: false });
    const marked = iconv.encode(chinese, charset, { addBOM: true });
    const english = iconv.encode("Return policy\nSeven days.", charset, { addBOM: false });

    expect(decodeText(bare).text).toBe(chinese);
    expect(decodeText(marked).text).toBe(chinese);
    expect(decodeText(english).text).toBe("Return policy\nSeven days.");
  });

  it("recovers UTF-8 of which some bytes are broken", () => {
    const bytes = Buffer.concat([
      Buffer.from("你好，世界。"),
      Buffer.from([0xff, 0xe4, 0xbd]),
      Buffer.from("再见。"),
    ]);

    const { text, charset, doubt } = decodeText(bytes);

    expect(charset).toBe("utf-8");
    expect(doubt).toMatch(/^is not valid UTF-8 in \d places, shown as/u);
    expect(text).toMatch(/^你好，世界。\ufffd+再见。$/u);
  });

  it("believes valid UTF-8 more than what a server declares, and the server more than a guess", () => {
    expect(decodeText(Buffer.from(german), "gbk").text).toBe(german);
    expect(decodeText(bytesOf("退货", "gbk"), "GB2312").text).toBe("退货");
    expect(decodeText(bytesOf(german, "latin1"), "iso-8859-1").text).toBe(german);
  });

  it("doubts what it had to guess, and nothing else", () => {
    expect(decodeText(bytesOf(german, "latin1")).doubt).toMatch(/was read as windows-1252/u);
    expect(decodeText(bytesOf(german, "latin1"), "iso-8859-1").doubt).toBeNull();
    expect(decodeText(bytesOf(german, "utf-16le")).doubt).toBeNull();
    expect(decodeText(Buffer.from(`${german}\ufffd`)).doubt).toBeNull();
  });

  it("ignores an encoding that nobody knows", () => {
    expect(decodeText(bytesOf(german, "latin1"), "x-nonsense").text).toBe(german);
  });

  it("never fails, whatever the bytes", () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256);

    expect(decodeText(bytes).text.length).toBeGreaterThan(0);
    expect(decodeText(new Uint8Array()).text).toBe("");
  });
});
