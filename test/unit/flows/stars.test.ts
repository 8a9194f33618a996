import { describe, expect, it } from "vitest";
import { starsIn } from "../../../flows/understand/stars.ts";

describe("a rating in words", () => {
  it.each([
    ["5", 5, ""],
    ["4!", 4, ""],
    ["3/5", 3, ""],
    ["2 stars", 2, ""],
    ["5分", 5, ""],
    ["4 quick, but hard to find", 4, "quick, but hard to find"],
    ["4 quick and friendly", 4, "quick and friendly"],
    ["5 solved at once", 5, "solved at once"],
    ["5 very helpful", 5, "very helpful"],
    ["2 the agent was rude", 2, "the agent was rude"],
    ["3/5: took long", 3, "took long"],
    ["3, took long", 3, "took long"],
    ["4 - quick", 4, "quick"],
    ["5分 很快", 5, "很快"],
    ["4 很快，但是不好找", 4, "很快，但是不好找"],
    ["4 很快，就是不好找", 4, "很快，就是不好找"],
    ["5 马上就解决了", 5, "马上就解决了"],
    ["5，服务很好", 5, "服务很好"],
  ])("is %s", (text, stars, comment) => {
    expect(starsIn(text)).toEqual({ stars, comment });
  });

  it.each([
    "2 factor authentication does not work",
    "2-factor authentication does not work",
    "2.5 days are missing from my leave",
    "5 days ago I asked for a laptop, where is it?",
    "1 more question: how many days of annual leave do I get?",
    "2 quick questions about my leave",
    "1, how do I reset my password",
    "3 people need a parking place, how?",
    "1:1 meetings",
    "5 分钟前我问过",
    "3 个人需要车位",
    "2，怎么重置密码",
    "6",
    "45",
    "four",
  ])("is not %s", (text) => {
    expect(starsIn(text)).toBeNull();
  });
});
