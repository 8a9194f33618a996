/** What was read of a chart. */
interface Read {
  /** Names inside of names. */
  readonly groups: Map<string, string[]>;
  /** Labels by the two ends of an arrow: several ways between the same two are one line. */
  readonly arrows: Map<string, { readonly from: string; readonly to: string; labels: string[] }>;
}

const GROUP = /^\s*state (\S+) \{$/u;
const ARROW = /^\s*(\S+) --> (\S+)(?: : (.*))?$/u;
const NAME = /^\s*(\w+)$/u;
const FONT = 'fontname="Helvetica,Arial,sans-serif"';
const DOT_OF_START = `[shape=circle style=filled fillcolor=black label="" width=0.14]`;
const DOT_OF_END = `[shape=doublecircle style=filled fillcolor=black label="" width=0.1]`;

function read(chart: string): Read {
  const groups: Read["groups"] = new Map();
  const arrows: Read["arrows"] = new Map();
  let group: string | null = null;
  for (const line of chart.split("\n")) {
    const [, opened] = GROUP.exec(line) ?? [];
    const [, source, target, label] = ARROW.exec(line) ?? [];
    const [, name] = NAME.exec(line) ?? [];
    if (opened !== undefined) {
      group = opened;
      groups.set(opened, []);
    } else if (line.trim() === "}") {
      group = null;
    } else if (source !== undefined && target !== undefined) {
      const from = source === "[*]" ? `start_${group ?? ""}` : source;
      const to = target === "[*]" ? "end_" : target;
      if (group !== null) groups.get(group)?.push(from);
      const key = `${from} ${to}`;
      const { labels } = arrows.get(key) ?? { labels: [] };
      arrows.set(key, { from, to, labels: label === undefined ? labels : [...labels, label] });
    } else if (group !== null && name !== undefined) {
      groups.get(group)?.push(name);
    }
  }
  return { groups, arrows };
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** A group is a frame; what leads to the whole of it leads to a point within. */
function frameOf([name, members]: readonly [string, readonly string[]]): string {
  const points = members.map((member) =>
    member.startsWith("start_") ? `${quoted(member)} ${DOT_OF_START};` : `${quoted(member)};`,
  );
  return [
    `  subgraph ${quoted(`cluster_${name}`)} {`,
    `    label=${quoted(name)}; style=rounded; ${FONT};`,
    `    ${quoted(name)} [shape=point width=0.05];`,
    ...points.map((point) => `    ${point}`),
    "  }",
  ].join("\n");
}

/** Puts a chart (`chartOf`, `chartOfForm`) into the language of Graphviz, which draws it. */
export function dotOf(chart: string, title: string): string {
  const { groups, arrows } = read(chart);
  return [
    `digraph ${quoted(title)} {`,
    "  nodesep=0.3; ranksep=0.6;",
    `  node [shape=box style=rounded fontsize=12 ${FONT}];`,
    `  edge [fontsize=9 ${FONT}];`,
    `  start_ ${DOT_OF_START};`,
    ...([...arrows.values()].some(({ to }) => to === "end_") ? [`  end_ ${DOT_OF_END};`] : []),
    ...[...groups].map(frameOf),
    ...[...arrows.values()].map(
      ({ from, to, labels }) =>
        `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(labels.join("\n"))}];`,
    ),
    "}",
  ].join("\n");
}
