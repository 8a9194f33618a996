import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createIntlSegmenter,
  loadHanSegmenter,
} from "../../../../knowledge/lexical/han-segmenter.ts";
import { createTokenizer } from "../../../../knowledge/lexical/tokenize.ts";
import { silentLogger } from "../../../../src/ports/logger.ts";

const jieba = createTokenizer(await loadHanSegmenter({ logger: silentLogger }));
const intl = createTokenizer(createIntlSegmenter());

describe("tokenize", () => {
  it("brings forms of an English word together", () => {
    const { words } = jieba.tokenize("Policies, policy's and POLICY");

    expect(words).toEqual(["polici", "polici", "and", "polici"]);
  });

  it("gives the parts of a long Chinese word beside the word", () => {
    const { words } = jieba.tokenize("长江大桥");

    expect(words).toEqual(["长江", "大桥", "长江大桥"]);
  });

  it("reads traditional and simplified Chinese as the same", () => {
    expect(jieba.tokenize("發票抬頭怎麼修改")).toEqual(jieba.tokenize("发票抬头怎么修改"));
  });

  it("reads full-width letters and digits as the narrow ones", () => {
    expect(jieba.tokenize("ＶＰＮ１２")).toEqual(jieba.tokenize("VPN12"));
  });

  it("reads accented letters and thousands separators as plain", () => {
    expect(jieba.tokenize("Café 1,250,000").words).toEqual(jieba.tokenize("cafe 1250000").words);
  });

  it("cuts Chinese and English in one sentence", () => {
    const { words } = jieba.tokenize("怎么 reset VPN密码");

    expect(words).toEqual(["怎么", "reset", "vpn", "密码"]);
  });

  it.each([
    ["error E-1042 again", "e-1042"],
    ["set max_connections", "max_connections"],
    ["runs on Node.js today", "node.js"],
    ["host db1.example.com", "db1.example.com"],
    ["since v1.2.3", "v1.2.3"],
    ["in C++ and", "c++"],
    ["in C# and", "c#"],
    ["call getUserName now", "getusername"],
    ["at 127.0.0.1 only", "127.0.0.1"],
    ["报错E1042怎么办", "e1042"],
  ])("keeps the name in %j whole", (text, name) => {
    expect(jieba.tokenize(text).identifiers).toEqual([name]);
  });

  it("gives the parts of a name as words as well", () => {
    expect(jieba.tokenize("max_connections getUserName").words).toEqual([
      "max",
      "connect",
      "get",
      "user",
      "name",
    ]);
  });

  it("does not take words joined by a hyphen for a name", () => {
    expect(jieba.tokenize("a well-known part-time job").identifiers).toEqual([]);
  });

  it("names the segmenter, so that an index of the other one is made anew", () => {
    expect(jieba.identity).not.toBe(intl.identity);
  });

  it("cuts 200,000 characters without a dictionary", () => {
    const { words } = intl.tokenize("数据库连接池配置".repeat(25_000));

    expect(words.join("")).toHaveLength(200_000);
  });

  it.each([
    ["jieba", jieba],
    ["the engine", intl],
  ])("gives terms without spaces or quotation marks, whatever the text (%s)", (_, tokenizer) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const { words, identifiers } = tokenizer.tokenize(text);
        for (const term of [...words, ...identifiers]) expect(term).toMatch(/^[^\s"]+$/u);
      }),
      { numRuns: 300 },
    );
  });
});
