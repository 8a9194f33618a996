/** Counts the changes of the index, so that what was worked out from it is thrown away in time. */
export interface Revision {
  current(): number;
  advance(): void;
}

/** Starts at zero with every process: only one writes a knowledge base. */
export function createRevision(): Revision {
  let revision = 0;
  return {
    current: () => revision,
    advance: () => {
      revision += 1;
    },
  };
}
