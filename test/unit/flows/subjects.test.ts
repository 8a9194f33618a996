import { describe, expect, it } from "vitest";
import { subjectsOf } from "../../../flows/dialogue/subjects.ts";

describe("what nothing was found about", () => {
  it.each([
    [["kubernetes"], "How do I install Kubernetes?", ["Kubernetes"]],
    [["weather", "tomorrow"], "What's the weather tomorrow?", ["weather tomorrow"]],
    [["gym", "pool"], "Is there a Gym or a pool.", ["Gym", "pool"]],
    [["hr"], "Who leads HR?", ["HR"]],
    [["node.js"], "Do we use Node.js?", ["Node.js"]],
    [["part-time"], "Can I work part-time?", ["part-time"]],
    [["c++/cli"], "Do we use C++/CLI here?", ["C++/CLI"]],
    [["a^b$c|d(e)[f]{g}\\h*i"], "what is a^b$c|d(e)[f]{g}\\h*i", ["a^b$c|d(e)[f]{g}\\h*i"]],
    [["天气"], "明天天气怎么样？", ["天气"]],
    [["食堂", "菜单"], "食堂菜单在哪？", ["食堂菜单"]],
  ])("%j in %j is %j", (missing, text, subjects) => {
    expect(subjectsOf(missing, [text])).toEqual(subjects);
  });

  it.each([
    [["qu"], "qu'est-ce que c'est"],
    [["qu"], "qu est ce"],
    [["utf"], "is it utf8?"],
    [["weather"], "and tomorrow?"],
  ])("%j in %j is not named", (missing, text) => {
    expect(subjectsOf(missing, [text])).toBeNull();
  });
});
