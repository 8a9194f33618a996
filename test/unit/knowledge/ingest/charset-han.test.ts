import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../../../knowledge/ingest/charset.ts";

describe("a few words in an old encoding", () => {
  it.each([
    ["退货政策三十天，运费由我们支付。", "gb18030"],
    ["發票抬頭要寫公司名稱", "big5"],
    ["名前,年齢,住所\n佐藤太郎,30,東京\n", "shift_jis"],
    ["カタカナ", "shift_jis"],
    ["Größe über café, naïve façade", "windows-1252"],
    ["Привет мир, это тест", "windows-1251"],
    ["Привет мир", "koi8-r"],
  ])("%s (%s) are read as what they are", (text, charset) => {
    const read = decodeText(iconv.encode(text, charset));

    expect(read.text).toBe(text);
    expect(read.doubt).not.toBeNull();
  });
});
